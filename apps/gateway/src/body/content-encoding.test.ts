import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { decodersOf, UnpacksTooFar, unpack, unpackingStages } from './content-encoding.ts';

const text = Buffer.from('a weir');
const unpacked = (bytes: Buffer, packing: string, maxBytes?: number) =>
  unpack(Readable.from([bytes]), unpackingStages(decodersOf(packing) ?? [], maxBytes));

test.each([
  ['', text],
  ['identity', text],
  ['GZip', gzipSync(text)],
  ['gzip, br', brotliCompressSync(gzipSync(text))],
])('%j is undone, the last layer first', async (packing, bytes) => {
  expect(await buffer(unpacked(bytes, packing))).toEqual(text);
});

test.each(['x-rot13', 'gzip, x-rot13', 'br, br, br', Array(5000).fill('gzip').join()])(
  'what is not known, or packed over and over, is not begun',
  (packing) => {
    expect(decodersOf(packing)).toBeNull();
  },
);

const MIB = 1_048_576;

test.each([
  ['spaces', Buffer.alloc(4 * MIB, ' '), 'gzip', gzipSync],
  ['spaces, packed another way', Buffer.alloc(4 * MIB, ' '), 'br', brotliCompressSync],
  ['spaces, packed twice', Buffer.alloc(4 * MIB, ' '), 'gzip, gzip', (bytes: Buffer) => gzipSync(gzipSync(bytes))],
])('%s unpack out of all proportion', async (_name, bytes, packing, pack) => {
  await expect(buffer(unpacked(pack(bytes), packing))).rejects.toBeInstanceOf(UnpacksTooFar);
});

test('what is small, or shrinks as text does, may shrink as far as it will', async () => {
  const small = Buffer.alloc(MIB, ' ');
  expect(await buffer(unpacked(gzipSync(small), 'gzip'))).toHaveLength(MIB);
  const text = Buffer.from(
    Array.from({ length: 40_000 }, (_, line) => `{"role":"user","content":"line ${line}"}`).join(),
  );
  expect(await buffer(unpacked(gzipSync(text), 'gzip'))).toEqual(text);
});

test('layers that unpack to nothing are refused by what lies between them', async () => {
  const nothing = Buffer.concat(Array(600_000).fill(Buffer.from([0, 0, 0, 0xff, 0xff]))); // empty blocks
  const inner = Buffer.concat([gzipSync('').subarray(0, 10), nothing]);
  await expect(buffer(unpacked(gzipSync(inner), 'gzip, gzip'))).rejects.toBeInstanceOf(UnpacksTooFar);
});

test('a limit holds for what is packed as well as for what it unpacks to', async () => {
  const noise = randomBytes(5000);
  await expect(buffer(unpacked(gzipSync(noise), 'gzip', 4999))).rejects.toBeInstanceOf(UnpacksTooFar);
  await expect(buffer(unpacked(gzipSync(Buffer.alloc(5000)), 'gzip', 4999))).rejects.toBeInstanceOf(UnpacksTooFar);
  const empties = Buffer.concat([...Array(1000).fill(gzipSync(''))]);
  await expect(buffer(unpacked(empties, 'gzip', 4999))).rejects.toBeInstanceOf(UnpacksTooFar);
});

test('a window larger than HTTP allows is not made', async () => {
  const params = { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_compressionLevel]: 1 };
  const packed = zstdCompressSync(randomBytes(20 * MIB), { params });
  await expect(buffer(unpacked(packed, 'zstd'))).rejects.toThrow();
});
