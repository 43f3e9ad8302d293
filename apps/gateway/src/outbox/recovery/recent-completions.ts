// What was handed to the queue within the last half minute. A Redis that lost its latest writes, because it was restarted
// or a replica took over, is handed it again; the ledger makes one row of it.
import type { Completion } from '@weir/ledger/completion';

const KEPT_MS = 30_000;
const MOST = 10_000;

interface Handed {
  readonly at: number;
  /** As text: thousands of records that live for long, with all that is in them, would be a fifth of the CPU's work. */
  readonly text: string;
}

/** Two generations: the older is forgotten as a whole, once all of the newer can take its place. */
export class Recent {
  #older = new Map<string, Handed>();
  #newer = new Map<string, Handed>();
  #newerSince = 0;
  #lastAt = 0;

  add(completion: Completion, now = performance.now()): void {
    if (this.#newer.size === MOST || now - this.#newerSince >= KEPT_MS) this.#turnOver(now);
    this.#older.delete(completion.id); // it may have been handed over before: now it is the latest
    this.#newer.delete(completion.id);
    this.#newer.set(completion.id, { at: now, text: JSON.stringify(completion) });
    this.#lastAt = now;
  }

  all(): readonly Completion[] {
    return [...this.#older.values(), ...this.#newer.values()]
      .filter(({ at }) => this.#lastAt - at < KEPT_MS)
      .slice(-MOST)
      .map(({ text }) => JSON.parse(text));
  }

  #turnOver(now: number): void {
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#newerSince = now;
  }
}
