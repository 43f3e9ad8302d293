import zlib from 'node:zlib';
import { expect, test } from '@jest/globals';
import { createEncoder, type Encoding, encodeWhole } from './encoding.ts';

const DECODERS = {
  gzip: zlib.gunzipSync,
  deflate: zlib.inflateSync,
  br: zlib.brotliDecompressSync,
  zstd: zlib.zstdDecompressSync,
} as const;
const encodings = Object.keys(DECODERS) as Encoding[];

test.each(encodings)('%s: what was written can be read before more is written', async (encoding) => {
  const encoder = createEncoder(encoding);
  const first = await encoder.encode(Buffer.from('data: 1\n\n'));
  const finishFlush = { gzip: 2, deflate: 2, br: 1, zstd: 1 }[encoding]; // reads what there is, demands no end
  expect(DECODERS[encoding](first, { finishFlush }).toString()).toBe('data: 1\n\n');
  const rest = [await encoder.encode(Buffer.from('data: 2\n\n')), await encoder.finish()];
  expect(DECODERS[encoding](Buffer.concat([first, ...rest])).toString()).toBe('data: 1\n\ndata: 2\n\n');
});

test.each(encodings)('%s: a body of a megabyte comes out whole', async (encoding) => {
  const body = Buffer.from(Array.from({ length: 150_000 }, (_, at) => String((at * 7919) % 1_000_003)).join());
  expect(DECODERS[encoding](encodeWhole(encoding, body)).equals(body)).toBe(true);
  const encoder = createEncoder(encoding);
  const encoded = Buffer.concat([await encoder.encode(body), await encoder.finish()]);
  expect(DECODERS[encoding](encoded).equals(body)).toBe(true);
});

test('without an encoding the bytes stay what they were', async () => {
  const bytes = Buffer.from('data: 1\n\n');
  const encoder = createEncoder('none');
  expect(await encoder.encode(bytes)).toBe(bytes);
  expect(await encoder.finish()).toHaveLength(0);
  expect(encodeWhole('none', bytes)).toBe(bytes);
});
