// content-encoding, undone: a body that came packed is read unpacked, as it comes.
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

const DECODERS: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

export const packingOf = (headers: IncomingHttpHeaders): string => String(headers['content-encoding'] ?? '');

// Each layer is a decoder with windows of its own: a header is soon written that asks for thousands.
const MOST_LAYERS = 2;

/** Null where it is packed in a way that is not known here. */
export function unpack(packed: Readable, packing: string): Readable | null {
  const decoders = packing
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .reverse() // the last one named was put on last
    .map((name) => DECODERS[name]);
  if (decoders.length > MOST_LAYERS || !decoders.every((createDecoder) => createDecoder !== undefined)) return null;
  // An error on either side shows on the last one, which is the one that is read.
  return decoders.reduce<Readable>((body, createDecoder) => pipeline(body, createDecoder(), () => {}), packed);
}
