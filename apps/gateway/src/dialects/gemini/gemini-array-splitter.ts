// Bytes of one JSON array in, its elements out, byte for byte: what comes out, put together, is what went in. It counts
// brackets outside of strings, and checks nothing else; at a frame over the limit it stops, and says so.
import { Buffer } from 'node:buffer';
import type { FrameSplitter } from '../../sse/framing.ts';
import { Pieces } from '../../sse/pieces.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACKET = 0x5b;
const OPENING = 0x7b;
const CLOSING = 0x7d;
const BRACKET_TO_BRACE = 0x20;

/** No byte of a character beyond ASCII looks like any of the above, so that characters may be cut anywhere. */
export class ArraySplitter implements FrameSplitter {
  readonly #maxFrameBytes: number;
  readonly #pending = new Pieces();
  #depth = 0;
  /** Where elements lie: inside the array, or on the ground where an object came in its place. */
  #elementDepth = 0;
  #inString = false;
  #escaped = false;
  #tooLarge = false;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  get tooLarge(): boolean {
    return this.#tooLarge;
  }

  get pending(): Buffer {
    return this.#pending.bytes;
  }

  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length && !this.#tooLarge; at += 1) {
      if (!this.#closesFrame(chunk[at] as number)) continue;
      const frame = this.#cut(chunk.subarray(start, at + 1));
      if (!this.#tooLarge) frames.push(frame);
      start = at + 1;
    }
    this.#keep(chunk.subarray(start));
    return frames;
  }

  end(): Buffer {
    return this.#cut(Buffer.alloc(0));
  }

  #closesFrame(byte: number): boolean {
    if (this.#inString) {
      this.#readString(byte);
      return false;
    }
    const brace = byte | BRACKET_TO_BRACE;
    if (byte === QUOTE) this.#inString = true;
    if (brace === OPENING) this.#open(byte);
    if (brace !== CLOSING) return false;
    this.#depth = Math.max(0, this.#depth - 1);
    return this.#depth <= this.#elementDepth;
  }

  #open(byte: number): void {
    if (this.#depth === 0) this.#elementDepth = byte === BRACKET ? 1 : 0;
    this.#depth += 1;
  }

  #readString(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
  }

  #cut(last: Buffer): Buffer {
    this.#pending.add(last);
    const frame = this.#pending.take();
    this.#tooLarge ||= frame.length > this.#maxFrameBytes;
    return frame;
  }

  #keep(rest: Buffer): void {
    if (this.#tooLarge) return;
    this.#pending.add(rest);
    this.#tooLarge = this.#pending.length > this.#maxFrameBytes;
  }
}
