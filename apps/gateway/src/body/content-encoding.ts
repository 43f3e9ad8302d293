// content-encoding, undone: of a provider's answer as it comes, of a request when it has come whole. What grows out of all
// proportion is refused, and so is what is too large, packed or at any stage of its unpacking.
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, type Readable, Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

// A window of 8 MiB is all that HTTP allows (RFC 9659); zlib's own limit would be 128 MiB for each body.
const ZSTD = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

const DECODERS: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: () => createZstdDecompress(ZSTD),
};

export const contentEncodingOf = (headers: IncomingHttpHeaders): string => String(headers['content-encoding'] ?? '');

// Each layer is a decoder with windows of its own: a header is soon written that asks for thousands.
const MOST_LAYERS = 2;

// Text seldom shrinks to a twentieth. What is made to shrink a thousandfold is meant to cost its reader.
const MOST_RATIO = 200;
const RATIO_FROM_BYTES = 1_048_576;

export type Decoders = readonly (() => Transform)[];

/** What undoes a packing, the last layer first; none where there is nothing to undo, null where a layer is not known here. */
export function decodersOf(packing: string): Decoders | null {
  const decoders = packing
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .reverse() // the last one named was put on last
    .map((name) => DECODERS[name]);
  if (decoders.length > MOST_LAYERS || !decoders.every((createDecoder) => createDecoder !== undefined)) return null;
  return decoders;
}

/** Each reads the one before it. `maxBytes` holds for what comes in and for what comes out of each. */
export function unpackingStages(decoders: Decoders, maxBytes = Number.POSITIVE_INFINITY): readonly Transform[] {
  let packed = 0;
  const countPacked = guard((bytes) => {
    packed = bytes;
    return bytes <= maxBytes ? null : `is larger than ${maxBytes} bytes`;
  });
  const unpackedSoFar = (bytes: number) => {
    if (bytes > maxBytes) return `unpacks to more than ${maxBytes} bytes`;
    const isInProportion = bytes <= RATIO_FROM_BYTES || bytes <= MOST_RATIO * packed;
    return isInProportion ? null : `unpacks to more than ${MOST_RATIO} times its size`;
  };
  return [countPacked, ...decoders.flatMap((createDecoder) => [createDecoder(), guard(unpackedSoFar)])];
}

/** Reads a body through them. An error on either side shows on the stream that is read. */
export function unpack(packed: Readable, stages: readonly Transform[]): Readable {
  return stages.reduce<Readable>((body, stage) => pipeline(body, stage, () => {}), packed);
}

/** Packed, or at some stage of its unpacking, there was too much of it. Its message is a predicate, without a subject. */
export class UnpacksTooFar extends Error {
  override readonly name = 'UnpacksTooFar';
  readonly code = 'Z_TOO_FAR';
}

/** Passes everything on, until something is wrong with how much of it there is. */
function guard(wrongWith: (bytesSoFar: number) => string | null): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, pass) {
      bytes += chunk.length;
      const wrong = wrongWith(bytes);
      if (wrong === null) pass(null, chunk);
      else pass(new UnpacksTooFar(wrong));
    },
  });
}
