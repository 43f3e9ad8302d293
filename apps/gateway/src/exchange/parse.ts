// An HTTP request → a call, or the refusal that says what is wrong with it.
import type { IncomingHttpHeaders } from 'node:http';
import { type Endpoint, localPart } from '../endpoints.ts';
import { WeirError } from '../errors.ts';
import { callerCredential } from './admit.ts';
import type { Call } from './call.ts';
import { wishesOf } from './wishes.ts';

export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  /** As the caller wrote it, query included. */
  readonly url: string;
  readonly body: unknown;
}

const CALLER_ID_LENGTH = 256;
// It is kept in every record of the request, and longer than any provider's.
const MODEL_LENGTH = 512;
const MODEL_TOO_LONG = `The model's name must not be longer than ${MODEL_LENGTH} characters.`;

export function parse({ id, headers, url, body }: Received, { name, method, dialect }: Endpoint): Call {
  const ask = dialect.ask({ url, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) });
  if (ask.model.length > MODEL_LENGTH) throw new WeirError('invalid_request', { detail: MODEL_TOO_LONG });
  return {
    id,
    startedAt: new Date(),
    endpoint: name,
    method,
    dialect,
    ask,
    wishes: wishesOf(headers),
    headers,
    path: pathAfterVersion(url),
    credential: callerCredential(headers, url, dialect),
    callerRequestId: String(headers['x-request-id'] ?? '').slice(0, CALLER_ID_LENGTH) || null,
  };
}

/** `/v1/chat/completions?x` → `/chat/completions?x`: the version segment is already in the upstream's URL. */
export const pathAfterVersion = (url: string): string => localPart(url).replace(/^\/v1(?:beta)?(?=[/?]|$)/, '');
