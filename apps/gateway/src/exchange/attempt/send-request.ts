// Asks the exchange's upstream: with the gateway's own key where it pays, with the caller's credential where it does not.
import type { IncomingHttpHeaders } from 'node:http';
import { type Admission, credentialIn } from '../../admission/admission.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { withoutUrlKeys } from '../../dialects/url-key.ts';
import { CREDENTIAL_HEADERS, upstreamHeaders } from '../../upstream/headers.ts';
import { type Answer, send } from '../../upstream/send.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Exchange } from '../exchange.ts';
import type { AcceptedRequest } from '../request/accepted-request.ts';
import type { OutgoingBody } from '../request/outgoing-body.ts';

export function createSendRequest(admission: Admission) {
  return async function open(exchange: Exchange): Promise<Answer> {
    const { call, body, upstream } = exchange.parts;
    exchange.timings.start();
    const answer = await send(upstream, {
      method: call.method,
      path: pathFor(call.path, call.dialect, { upstream, admission }),
      headers: { ...headersFor(call, { upstream, admission }), ...(body.length && { 'content-length': body.length }) },
      body: payloadOf(body),
      signal: exchange.attempt.signal,
      onStatus: (status) => exchange.attempt.begin(status),
    });
    body.letGo();
    return answer;
  };
}

const headersFor = ({ dialect, headers }: AcceptedRequest, payer: Payer) =>
  upstreamHeaders(headers, credentialsFor(dialect, headers, payer));

/** A request without a body has none, and not an empty one. */
const payloadOf = ({ payload }: OutgoingBody) => (Buffer.isBuffer(payload) && payload.length === 0 ? null : payload);

interface Payer {
  readonly upstream: Upstream;
  readonly admission: Admission;
}

/** The path, without a key that is not for this upstream. */
export function pathFor(path: string, { urlCredential }: Dialect, { upstream, admission }: Payer): string {
  const replaced = upstream.apiKey !== undefined && urlCredential !== undefined;
  return withoutUrlKeys(path, (key) => replaced || admission.isGatewayKey(key));
}

/** A key of the gateway's own is for the gateway alone, whoever pays, and wherever it stands. */
export function credentialsFor(
  dialect: Dialect,
  headers: IncomingHttpHeaders,
  { upstream, admission }: Payer,
): { drop: readonly string[]; add: Record<string, string> } {
  if (upstream.apiKey !== undefined) return { drop: CREDENTIAL_HEADERS, add: dialect.credentials(upstream.apiKey) };
  const drop = CREDENTIAL_HEADERS.filter((name) => admission.isGatewayKey(credentialIn(headers, name)));
  return { drop, add: {} };
}
