// Asks an upstream and hands back its answer as it begins: status, headers, and a body that is read by whoever wants it,
// already unpacked, unless nobody here knows its packing. Whatever fails on the way is a WeirError.
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { contentEncodingOf, decodersOf, unpack, unpackingStages } from '../body/content-encoding.ts';
import { WeirError } from '../errors.ts';
import { upstreamFailure } from './failure.ts';
import { downstreamHeaders } from './headers.ts';
import { ResponseHandler } from './response-handler.ts';
import type { Upstream } from './upstream.ts';

export interface UpstreamRequest {
  readonly method: string;
  /** What follows the version segment, query included. */
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | Readable | null;
  readonly signal: AbortSignal;
  /** Hears of the status even where the answer is refused for it. */
  readonly onStatus?: (status: number) => void;
}

export interface Answer {
  readonly status: number;
  /** As the client may see them. */
  readonly headers: Record<string, string | string[]>;
  readonly contentType: string;
  readonly body: AsyncIterable<Buffer>;
}

/** How a provider says that it does not take a key. */
export const REFUSES_KEY: readonly number[] = [401, 403];

export async function send(upstream: Upstream, question: UpstreamRequest): Promise<Answer> {
  const { path, method, headers: asked, body, signal } = question;
  const inflow = new ResponseHandler(signal, upstream.headersTimeoutMs);
  try {
    const request = { path: upstream.basePath + path, method: method as Dispatcher.HttpMethod, headers: asked, body };
    upstream.connections.dispatch(request, inflow);
    const { status, headers } = await inflow.head;
    question.onStatus?.(status);
    if (status < 100 || status > 599) refuseStatus(status, inflow);
    if (upstream.apiKey !== undefined && REFUSES_KEY.includes(status)) withholdRefusal(status, { upstream, inflow });
    return { status, contentType: String(headers['content-type'] ?? '').toLowerCase(), ...unpacked(inflow, headers) };
  } catch (error) {
    throw upstreamFailure(error, 'connect');
  }
}

function refuseStatus(status: number, inflow: ResponseHandler): never {
  void inflow.return();
  throw new WeirError('upstream_protocol', { detail: `The provider answered ${status}, which is no status of HTTP.` });
}

/** What the provider says to a key of the gateway's is for its operator: it may quote the key. */
function withholdRefusal(status: number, { upstream, inflow }: { upstream: Upstream; inflow: ResponseHandler }): never {
  void inflow.return();
  upstream.onKeyRefused(status);
  const detail = `The provider answered ${status} to the gateway's own key.`;
  throw new WeirError('upstream_credential', { detail });
}

/** A packing that is not known here may be no more than a wrong label: the body is handed on as it came, under that label. */
function unpacked(inflow: ResponseHandler, headers: IncomingHttpHeaders): Pick<Answer, 'headers' | 'body'> {
  const packing = contentEncodingOf(headers);
  const decoders = headers['content-length'] === '0' ? [] : decodersOf(packing);
  const told = downstreamHeaders(headers);
  if (decoders === null) return { headers: { ...told, 'content-encoding': packing }, body: inflow };
  if (decoders.length === 0) return { headers: told, body: inflow };
  return {
    headers: told,
    body: readBody(unpack(Readable.from(inflow, { objectMode: false }), unpackingStages(decoders))),
  };
}

async function* readBody(body: Readable): AsyncGenerator<Buffer, void, void> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw upstreamFailure(error, 'answer');
  }
}
