// The bytes of HTTP answers, as they come → how many of them are body, what the body ends with, and when it is whole.
// It reads no more than it must: of the head the status and the length, of a chunked body the sizes.

const LF = 10;
const TAIL = 14;
const HEAD_END = Buffer.from('\r\n\r\n');

export class AnswerReader {
  /** Of the body, so far. */
  bytes = 0;
  done = false;
  status = 0;
  #head: Buffer | null = Buffer.alloc(0);
  #chunked = false;
  /** Of this chunk, or of the body. */
  #left = 0;
  #size = '';
  /** The line that closes the last chunk. */
  #lastLine = false;
  readonly #tail = Buffer.alloc(TAIL);

  /** The last bytes of the body. */
  endsWith(end: Buffer): boolean {
    return this.#tail.subarray(TAIL - end.length).equals(end);
  }

  push(bytes: Buffer): void {
    let at = this.#head === null ? 0 : this.#readHead(bytes);
    while (at < bytes.length && !this.done) at = this.#left > 0 ? this.#takeBody(bytes, at) : this.#takeLine(bytes, at);
  }

  /** Where the body begins in these bytes. */
  #readHead(bytes: Buffer): number {
    const known = this.#head?.length ?? 0;
    const all = known === 0 ? bytes : Buffer.concat([this.#head as Buffer, bytes]);
    const end = all.indexOf(HEAD_END);
    if (end < 0) {
      this.#head = all;
      return bytes.length;
    }
    const head = all.toString('latin1', 0, end);
    this.#head = null;
    this.status = Number(head.slice(9, 12));
    this.#chunked = /\r\ntransfer-encoding: *chunked/i.test(head);
    this.#left = this.#chunked ? 0 : Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    this.done = !this.#chunked && this.#left === 0;
    return end + HEAD_END.length - known;
  }

  #takeBody(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    const length = end - at;
    if (length < TAIL) this.#tail.copyWithin(0, length);
    bytes.copy(this.#tail, Math.max(0, TAIL - length), Math.max(at, end - TAIL), end);
    this.bytes += length;
    this.#left -= length;
    if (!this.#chunked && this.#left === 0) this.done = true;
    return end;
  }

  /** A chunk's size, the empty rest of a line behind its bytes, or the very last line. */
  #takeLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    this.#size += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
    if (end < 0) return bytes.length;
    const line = this.#size.trim();
    this.#size = '';
    if (this.#lastLine) this.done = line === '';
    else if (line !== '') {
      this.#left = Number.parseInt(line, 16);
      this.#lastLine = this.#left === 0;
    }
    return end + 1;
  }
}
