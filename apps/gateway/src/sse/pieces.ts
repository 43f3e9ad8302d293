// Pieces of bytes that come one by one → all of them in one buffer. Memory is that of their bytes, however small each is:
// a buffer of its own for each would cost hundreds of bytes beside the one that it holds.
import { Buffer } from 'node:buffer';

const LEAST_ROOM = 4096;
const GROWTH = 4;

/** The first piece is kept as it is, and two are joined: there are seldom more. From then on there is room for those to come. */
export class Pieces {
  #buffer: Buffer | null = null;
  #length = 0;
  /** How many bytes the buffer has room for; 0: it is the first piece, and not ours to write to. */
  #room = 0;

  get length(): number {
    return this.#length;
  }

  /** What was added so far. */
  get bytes(): Buffer {
    if (this.#buffer === null) return Buffer.alloc(0);
    return this.#length === this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, this.#length);
  }

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    if (this.#buffer === null) this.#buffer = piece;
    else this.#roomFor(piece.length).set(piece, this.#length);
    this.#length += piece.length;
  }

  /** What was added so far; then there is nothing any more. */
  take(): Buffer {
    const taken = this.bytes;
    this.#buffer = null;
    this.#length = 0;
    this.#room = 0;
    return taken;
  }

  #roomFor(bytes: number): Buffer {
    const before = this.#buffer as Buffer;
    const needed = this.#length + bytes;
    if (needed <= this.#room) return before;
    this.#room = this.#room === 0 ? needed : Math.max(needed, LEAST_ROOM, GROWTH * this.#room);
    const larger = Buffer.allocUnsafe(this.#room);
    before.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
    return larger;
  }
}
