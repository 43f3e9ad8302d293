// A body → the same in HTTP chunks of one byte each, many of them in one write.
const PER_WRITE = 8192;
const CHUNK = '1\r\n \r\n';
const BYTE_AT = 3;

export function* inTinyChunks(body: Buffer): Generator<Buffer> {
  for (let from = 0; from < body.length; from += PER_WRITE) {
    const part = body.subarray(from, from + PER_WRITE);
    const chunks = Buffer.alloc(part.length * CHUNK.length, CHUNK);
    for (let at = 0; at < part.length; at += 1) chunks[at * CHUNK.length + BYTE_AT] = part[at] as number;
    yield chunks;
  }
  yield Buffer.from('0\r\n\r\n');
}

/** As one HTTP chunk. */
export const asChunk = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
