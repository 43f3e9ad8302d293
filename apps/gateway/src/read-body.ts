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

function gathered(body: Readable, req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      body.removeAllListeners('data').pause();
      reject(new WeirError('request_too_large'));
    });
    body.once('end', () => resolve(Buffer.concat(chunks)));
    body.once('error', (cause) => reject(new WeirError('invalid_body', { cause })));
    req.once('aborted', () => reject(new WeirError('invalid_body')));
  });
}
