// A request's body, whole and unpacked, or the refusal of one that is too large: at once where its length is said, else as
// soon as it is. What comes after that is left unread.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { RequestHandler } from 'express';
import { WeirError } from './errors.ts';
import { packingOf, unpack } from './packing.ts';

export function readBody(maxBytes: number): RequestHandler {
  return async function readRequestBody(req, _res, next) {
    if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw new WeirError('request_too_large');
    const unpacked = unpack(req, packingOf(req.headers));
    if (unpacked === null) throw new WeirError('unsupported_encoding');
    req.body = await gathered(unpacked, req, maxBytes);
    next();
  };
}

/** It leaves nothing of itself behind at the request, which outlives its body by a whole answer. */
function gathered(body: Readable, req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const take = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) return void chunks.push(chunk);
    body.off('data', take).pause();
    reject(new WeirError('request_too_large'));
  };
  const finish = () => {
    body.off('data', take).off('error', fail);
    req.off('aborted', fail);
    resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  };
  const fail = (cause?: unknown) => reject(new WeirError('invalid_body', { cause }));
  body.on('data', take).once('end', finish).once('error', fail);
  req.once('aborted', fail);
  return promise;
}
