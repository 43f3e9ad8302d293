// What was handed to the queue within the last half minute. A Redis that lost its latest writes, because it was restarted
// or a replica took over, is handed it again; the ledger makes one row of it.
import type { Completion } from '@weir/ledger/completion';

const KEPT_MS = 30_000;
const MOST = 10_000;

export class Recent {
  readonly #handed = new Map<Completion, number>();

  add(completion: Completion, now = performance.now()): void {
    this.#handed.delete(completion); // it may have been handed over before: now it is the latest
    this.#handed.set(completion, now);
    for (const [oldest, at] of this.#handed) {
      if (now - at < KEPT_MS && this.#handed.size <= MOST) break;
      this.#handed.delete(oldest);
    }
  }

  all(): readonly Completion[] {
    return [...this.#handed.keys()];
  }
}
