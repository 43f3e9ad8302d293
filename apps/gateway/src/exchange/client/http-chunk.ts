// Bytes of a body → a chunk of HTTP's chunked encoding, in one buffer: Node's own would be four writes, joined later.
import { Buffer } from 'node:buffer';

const NONE = Buffer.alloc(0);

/** Nothing where there is nothing: an empty chunk would be the end. */
export function httpChunk(bytes: Buffer): Buffer {
  if (bytes.length === 0) return NONE;
  const size = bytes.length.toString(16);
  const start = size.length + 2;
  const chunk = Buffer.allocUnsafe(start + bytes.length + 2);
  chunk.write(`${size}\r\n`, 0, 'latin1');
  chunk.set(bytes, start);
  chunk.write('\r\n', start + bytes.length, 'latin1');
  return chunk;
}

const END = Buffer.from('0\r\n\r\n');

/** The last bytes, and the end. */
export const lastHttpChunk = (bytes: Buffer): Buffer => Buffer.concat([httpChunk(bytes), END]);
