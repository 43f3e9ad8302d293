// Bytes in, whole SSE frames out, byte for byte: what comes out, put together, is what went in. A frame ends with its
// blank line, whether lines end in LF, CRLF or CR. It reads no fields; at a frame over the limit it stops, and says so.
import { Buffer } from 'node:buffer';
import { Pieces } from './pieces.ts';

const LF = 0x0a;
const CR = 0x0d;

/**
 * What it remembers between two bytes: whether the line so far is empty, whether the frame holds a field yet (blank
 * lines before the first one belong to the frame that follows), and whether the last byte was a CR. A CR that closes a
 * frame leaves it `due`: the LF that may follow belongs to it, so the cut waits for one byte more, except on streams
 * that were seen to end lines in CR alone.
 */
export class Splitter {
  readonly #maxFrameBytes: number;
  readonly #pending = new Pieces();
  #lineEmpty = true;
  #fieldSeen = false;
  #crBefore = false;
  #bareCr = false;
  #due = false;
  #tooLarge = false;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** A frame was over the limit: neither it nor anything after it comes out. */
  get tooLarge(): boolean {
    return this.#tooLarge;
  }

  get pending(): Buffer {
    return this.#pending.bytes;
  }

  /** The frames that this chunk completes. */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let start = 0;
    const cutAt = (end: number) => {
      const frame = this.#cut(chunk.subarray(start, end));
      if (!this.#tooLarge) frames.push(frame);
      start = end;
    };
    const lineEnd = lineEndsOf(chunk);
    for (let at = 0; at < chunk.length && !this.#tooLarge; at += 1) {
      const byte = chunk[at];
      if (this.#due) {
        cutAt(byte === LF ? at + 1 : at);
        if (byte === LF) continue;
      }
      if (this.#closesFrame(byte as number)) cutAt(at + 1);
      else if (byte !== LF && byte !== CR) at = lineEnd(at) - 1; // nothing within a line matters
    }
    if (this.#due && this.#bareCr) cutAt(chunk.length);
    this.#keep(chunk.subarray(start));
    return frames;
  }

  /** What is left when the bytes end: a frame without its blank line, or nothing. */
  end(): Buffer {
    return this.#cut(Buffer.alloc(0));
  }

  #closesFrame(byte: number): boolean {
    const crBefore = this.#crBefore;
    this.#crBefore = byte === CR;
    if (byte === LF && crBefore) return false; // the line ended with the CR
    if (crBefore) this.#bareCr = true;
    if (byte !== LF && byte !== CR) {
      this.#lineEmpty = false;
      this.#fieldSeen = true;
      return false;
    }
    const closed = this.#lineEmpty && this.#fieldSeen;
    this.#lineEmpty = true;
    this.#due = closed && byte === CR;
    return closed && byte === LF;
  }

  #cut(last: Buffer): Buffer {
    this.#pending.add(last);
    const frame = this.#pending.take();
    this.#tooLarge ||= frame.length > this.#maxFrameBytes;
    this.#fieldSeen = false;
    this.#crBefore = false;
    this.#due = false;
    return frame;
  }

  #keep(rest: Buffer): void {
    if (this.#tooLarge) return;
    this.#pending.add(rest);
    this.#tooLarge = this.#pending.length > this.#maxFrameBytes;
  }
}

/** Where the line that this byte is in ends: asked in ascending order. */
function lineEndsOf(chunk: Buffer): (at: number) => number {
  const next = (byte: number, from: number) => {
    const found = chunk.indexOf(byte, from);
    return found < 0 ? chunk.length : found;
  };
  let [lf, cr] = [next(LF, 0), next(CR, 0)];
  return (at) => {
    if (lf < at) lf = next(LF, at);
    if (cr < at) cr = next(CR, at);
    return Math.min(lf, cr);
  };
}
