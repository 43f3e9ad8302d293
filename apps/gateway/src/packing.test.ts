import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { unpack } from './packing.ts';

const text = Buffer.from('a weir');
const unpacked = (bytes: Buffer, packing: string) => unpack(Readable.from([bytes]), packing);

test.each([
  ['', text],
  ['identity', text],
  ['GZip', gzipSync(text)],
  ['gzip, br', brotliCompressSync(gzipSync(text))],
])('%j is undone, the last layer first', async (packing, bytes) => {
  expect(await buffer(unpacked(bytes, packing) as Readable)).toEqual(text);
});

test.each(['x-rot13', 'gzip, x-rot13', 'br, br, br', Array(5000).fill('gzip').join()])(
  'what is not known, or packed over and over, is not begun',
  (packing) => {
    expect(unpacked(text, packing)).toBeNull();
  },
);
