// A whole body that comes in pieces → one buffer. It is kept in blocks meanwhile: a buffer that grows with it would be copied
// as a whole, again and again, and the larger it is the longer everybody else would wait for that.
import { Pieces } from '../sse/pieces.ts';
import type { Turns } from './turns.ts';

const BLOCK_BYTES = 1_048_576;

export class Blocks {
  readonly #full: Buffer[] = [];
  readonly #last = new Pieces();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: Buffer): void {
    if (this.#last.length >= BLOCK_BYTES) this.#full.push(this.#last.take());
    this.#last.add(piece);
    this.#length += piece.length;
  }

  /** Block by block; what was handed out is not kept. */
  *drain(): Generator<Buffer> {
    this.#full.push(this.#last.take());
    for (let block = this.#full.shift(); block !== undefined; block = this.#full.shift()) yield block;
  }

  /** All of it, a block a turn; afterwards nothing is kept here. */
  async join(turns: Pick<Turns, 'goFirst'>): Promise<Buffer> {
    this.#full.push(this.#last.take());
    const [first] = this.#full as [Buffer];
    if (this.#full.length === 1) return first;
    const whole = Buffer.allocUnsafeSlow(this.#length);
    let joined = 0;
    for (let block = this.#full.shift(); block !== undefined; block = this.#full.shift()) {
      joined += block.copy(whole, joined);
      if (this.#full.length > 0) await new Promise<void>((resolve) => turns.goFirst(resolve));
    }
    return whole;
  }
}
