// Asks an upstream and hands back its answer as it begins: status, headers, and a body that is read by whoever wants it,
// already unpacked. Whatever fails on the way is a WeirError.
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

export async function send(upstream: Upstream, question: UpstreamRequest): Promise<Answer> {
  const { path, method, headers: asked, body, signal } = question;
  const inflow = new ResponseHandler(signal, upstream.headersTimeoutMs);
  try {
    const request = { path: upstream.basePath + path, method: method as Dispatcher.HttpMethod, headers: asked, body };
    upstream.pool.dispatch(request, inflow);
    const { status, headers } = await inflow.head;
    question.onStatus?.(status);
    if (status < 100 || status > 599) refuseStatus(status, inflow);
    return {
      status,
      headers: downstreamHeaders(headers),
      contentType: String(headers['content-type'] ?? '').toLowerCase(),
      body: bodyOf(inflow, headers),
    };
  } catch (error) {
    throw upstreamFailure(error, 'connect');
  }
}

function refuseStatus(status: number, inflow: ResponseHandler): never {
  void inflow.return();
  throw new WeirError('upstream_protocol', { detail: `The provider answered ${status}, which is no status of HTTP.` });
}

function bodyOf(inflow: ResponseHandler, headers: IncomingHttpHeaders): AsyncIterable<Buffer> {
  const packing = contentEncodingOf(headers);
  return packing === '' || headers['content-length'] === '0' ? inflow : unpacked(inflow, packing);
}

function unpacked(inflow: ResponseHandler, packing: string): AsyncIterable<Buffer> {
  const decoders = decodersOf(packing);
  if (decoders !== null)
    return readBody(unpack(Readable.from(inflow, { objectMode: false }), unpackingStages(decoders)));
  void inflow.return();
  throw new WeirError('upstream_protocol', { detail: 'The provider sent a content-encoding that is not known here.' });
}

async function* readBody(body: Readable): AsyncGenerator<Buffer, void, void> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw upstreamFailure(error, 'answer');
  }
}
