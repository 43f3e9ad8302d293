// Asks an upstream and hands back its answer as it begins: status, headers, and a body that is read by whoever wants it,
// already unpacked. Whatever fails on the way is a WeirError.
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { WeirError } from '../errors.ts';
import { packingOf, unpack } from '../packing.ts';
import { upstreamFailure } from './failure.ts';
import { downstreamHeaders } from './headers.ts';
import type { Upstream } from './upstream.ts';

export interface Question {
  readonly method: string;
  /** What follows the version segment, query included. */
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | null;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** As the client may see them. */
  readonly headers: Record<string, string | string[]>;
  readonly contentType: string;
  readonly body: AsyncIterable<Buffer>;
}

export async function askUpstream(upstream: Upstream, question: Question): Promise<Answer> {
  try {
    const { path, ...rest } = question;
    const response = await upstream.pool.request({
      ...rest,
      method: rest.method as Dispatcher.HttpMethod,
      path: upstream.basePath + path,
    });
    const headers = response.headers as IncomingHttpHeaders;
    return {
      status: response.statusCode,
      headers: downstreamHeaders(headers),
      contentType: String(headers['content-type'] ?? '').toLowerCase(),
      body: readBody(headers['content-length'] === '0' ? response.body : unpacked(response.body, packingOf(headers))),
    };
  } catch (error) {
    throw upstreamFailure(error, 'connect');
  }
}

async function* readBody(body: Readable): AsyncGenerator<Buffer, void, void> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw upstreamFailure(error, 'answer');
  }
}

function unpacked(body: Readable, packing: string): Readable {
  const readable = unpack(body, packing);
  if (readable !== null) return readable;
  body.on('error', () => {}).destroy();
  throw new WeirError('upstream_protocol', { detail: 'The provider sent a content-encoding that is not known here.' });
}
