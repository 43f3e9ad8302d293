// Compresses bodies, whole or as they are written: what goes in can be read at the other end before more is sent.
import { once } from 'node:events';
import zlib from 'node:zlib';
import type { ENCODINGS } from './words.ts';

export type Encoding = Exclude<(typeof ENCODINGS)[number], 'none'>;

export interface Encoder {
  /** What the bytes became, flushed. */
  encode(bytes: Buffer): Promise<Buffer>;
  /** What ends the body. */
  finish(): Promise<Buffer>;
}

const QUICK = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }; // the default takes seconds for a megabyte

const CODECS = {
  gzip: { whole: (bytes: Buffer) => zlib.gzipSync(bytes), start: () => zlib.createGzip() },
  deflate: { whole: (bytes: Buffer) => zlib.deflateSync(bytes), start: () => zlib.createDeflate() },
  br: {
    whole: (bytes: Buffer) => zlib.brotliCompressSync(bytes, QUICK),
    start: () => zlib.createBrotliCompress(QUICK),
  },
  zstd: { whole: (bytes: Buffer) => zlib.zstdCompressSync(bytes), start: () => zlib.createZstdCompress() },
} as const;

export function encodeWhole(encoding: Encoding | 'none', bytes: Buffer): Buffer {
  return encoding === 'none' ? bytes : CODECS[encoding].whole(bytes);
}

export function createEncoder(encoding: Encoding | 'none'): Encoder {
  if (encoding === 'none') return { encode: async (bytes) => bytes, finish: async () => Buffer.alloc(0) };
  const codec = CODECS[encoding].start();
  const made: Buffer[] = [];
  const readAll = () => {
    for (let bytes = codec.read(); bytes !== null; bytes = codec.read()) made.push(bytes);
  };
  codec.on('readable', readAll); // or a write that makes more than the codec's buffer holds would wait for ever
  const take = () => {
    readAll(); // what a flush made is there when it reports; the event that says so may come later
    return Buffer.concat(made.splice(0));
  };
  return {
    encode: async (bytes) => {
      codec.write(bytes);
      await new Promise<void>((resolve) => codec.flush(resolve));
      return take();
    },
    finish: async () => {
      codec.end();
      await once(codec, 'end');
      return take();
    },
  };
}
