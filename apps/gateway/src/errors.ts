// The table of everything that the gateway itself may have to tell a client: code → HTTP status, whether the same
// request may be sent again, and one sentence. The cause goes to the log; payloads go to neither.
import type { Reason } from '@weir/ledger/completion';

interface ErrorRow {
  readonly status: number;
  readonly retryable: boolean;
  readonly says: string;
}

const row = (status: number, retryable: boolean, says: string): ErrorRow => ({ status, retryable, says });

/** Before upstream is asked: these leave no row. */
export const REFUSALS = {
  invalid_body: row(400, false, 'The request body must be one JSON object.'),
  invalid_request: row(400, false, 'The request is not valid.'),
  invalid_api_key: row(401, false, 'The API key is missing or wrong.'),
  origin_not_allowed: row(403, false, 'This gateway does not serve web pages of this origin.'),
  host_not_allowed: row(403, false, 'This gateway is not known by the name in `Host`.'),
  not_found: row(404, false, 'There is no such endpoint here.'),
  model_not_found: row(404, false, 'No upstream serves this model.'),
  method_not_allowed: row(405, false, 'This endpoint does not take this method.'),
  body_timeout: row(408, false, 'The request body did not come in time.'),
  expectation_failed: row(417, false, 'The request expects what is not given here.'),
  unsupported_version: row(505, false, 'This version of HTTP is not spoken here.'),
  request_too_large: row(413, false, 'The request body is too large.'),
  too_many_streams: row(503, true, 'The gateway is at its limit of open streams.'),
  too_many_bodies: row(503, true, 'The gateway is at its limit of request bodies in memory.'),
  unmetered: row(503, true, 'The gateway cannot record requests now, and serves none that it cannot record.'),
  unsupported_media_type: row(415, false, 'The request body has a `content-type` that is not taken here.'),
  unsupported_encoding: row(415, false, 'The request body has an encoding that cannot be read.'),
} as const;

/** After upstream was asked: the row carries the same code as its reason. */
export const FAILURES = {
  stream_incomplete: row(502, true, 'The provider ended its answer before it was complete.'),
  upstream_unreachable: row(502, true, 'The provider could not be reached.'),
  upstream_reset: row(502, true, 'The connection to the provider broke.'),
  upstream_protocol: row(502, false, 'The provider sent something that is not a valid answer.'),
  headers_timeout: row(504, true, 'The provider did not answer in time.'),
  idle_timeout: row(504, true, 'The provider went silent for too long.'),
  upload_broken: row(400, false, 'The upload had no good end.'),
  gateway_shutdown: row(503, true, 'The gateway is shutting down.'),
  internal: row(500, true, 'Something went wrong in the gateway.'),
} as const satisfies Partial<Record<Reason, ErrorRow>>;

/** After upstream was asked, too, and told to the client alone: the row has another reason. */
export const TOLD_ALONE = {
  upstream_credential: row(502, false, "The provider refused the gateway's own key."),
} as const;

export type FailureCode = keyof typeof FAILURES;
export type ErrorCode = keyof typeof REFUSALS | FailureCode | keyof typeof TOLD_ALONE;

const TABLE: Record<ErrorCode, ErrorRow> = { ...REFUSALS, ...FAILURES, ...TOLD_ALONE };

/** What a client is told. `detail` says more than the table's sentence where that is safe to say. */
export class WeirError extends Error {
  override readonly name = 'WeirError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;

  constructor(code: ErrorCode, more: { detail?: string; cause?: unknown } = {}) {
    super(more.detail ?? TABLE[code].says, { cause: more.cause });
    this.code = code;
    this.status = TABLE[code].status;
    this.retryable = TABLE[code].retryable;
  }
}

export const isFailure = (code: string): code is FailureCode => Object.hasOwn(FAILURES, code);

/** What the row says; null: a request that is told so has none. */
export function reasonOf(code: ErrorCode): FailureCode | 'upstream_status' | null {
  if (code === 'upstream_credential') return 'upstream_status';
  return isFailure(code) ? code : null;
}
