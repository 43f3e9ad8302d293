// Bodies that are little on the wire, and much or nothing when they are unpacked.
import { randomFillSync } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const MIB = 1024 ** 2;
const BLOCK = 15_000;
// Of each block, so that it unpacks to about a hundred times its size and not to a thousand times.
const NOISE = 100;

/** A JSON object of so many bytes, most of them spaces in a string, and some that no packing makes smaller. */
export function airyJson(head: string, bytes: number): Buffer {
  const [before, after] = [`{${head},"x":"`, '"}'];
  const body = Buffer.alloc(bytes, ' ');
  for (let at = before.length; at + BLOCK < bytes; at += BLOCK) fillWithNoise(body.subarray(at, at + NOISE));
  body.write(before, 0);
  body.write(after, bytes - after.length);
  return body;
}

/** Letters and digits: six bits of noise in each byte. */
function fillWithNoise(part: Buffer): void {
  randomFillSync(part);
  for (let at = 0; at < part.length; at += 1) part[at] = NOISE_LETTERS.charCodeAt((part[at] as number) % 64);
}
const NOISE_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A JSON object of so many bytes, all but a few of them spaces: packed, a thousandth. */
export function emptyJson(head: string, bytes: number): Buffer {
  const [before, after] = [`{${head},"x":"`, '"}'];
  return Buffer.concat([
    Buffer.from(before),
    Buffer.alloc(bytes - before.length - after.length, ' '),
    Buffer.from(after),
  ]);
}

// As much of a gzip's name as makes the window that follows it no bomb: the growth stays under 200 times.
const NAME_BYTES = 90_000;

/** What makes brotli's decoder take all of its window of 16 MiB, and gives the gzip decoder behind it nothing but a name. */
export function wideWindow(): Buffer {
  const name = randomFillSync(Buffer.alloc(NAME_BYTES)).map((byte) => byte || 1);
  const gzip = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]), name, Buffer.alloc(16 * MIB, 'a')]);
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 5 };
  return brotliCompressSync(gzip, { params });
}

// A stored deflate block of no bytes, that is not the last one.
const EMPTY_BLOCK = Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]);
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** A gzip stream of a gzip stream that never ends and holds nothing: first its head, then this much of it again and again. */
export function packedNothing(): { head: Buffer; more: Buffer } {
  // Each is a gzip member of its own: several of them, one after another, are one stream.
  const blocks = Buffer.alloc(Math.floor((8 * MIB) / EMPTY_BLOCK.length) * EMPTY_BLOCK.length, EMPTY_BLOCK);
  return { head: gzipSync(GZIP_HEAD), more: gzipSync(blocks) };
}
