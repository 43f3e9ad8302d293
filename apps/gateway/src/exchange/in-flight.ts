// The exchanges that are not over yet: counted, waited for when the gateway stops, and cut when it cannot wait longer.
import type { EventEmitter } from 'node:events';
import type { Exchange } from './exchange.ts';

interface Tracked {
  readonly exchange: Exchange;
  /** Its place in the list. */
  at: number;
}

/** A list, whose last one takes the place of one that leaves: no map, for the reason given in outbox/id-map.ts. */
export class InFlight {
  readonly #open: Tracked[] = [];
  #answering = 0;
  #begun = 0;
  #waiting: (() => void)[] = [];

  get count(): number {
    return this.#open.length;
  }

  /** How many answers there have ever been. */
  get begun(): number {
    return this.#begun;
  }

  /** Those whose completion is not durable yet. */
  get unsettled(): number {
    return this.#open.filter(({ exchange }) => !exchange.settled).length;
  }

  /** Counts the exchange until it is settled, and its client has all of it. */
  async track(exchange: Exchange, relaying: Promise<void>): Promise<void> {
    const tracked = { exchange, at: this.#open.length };
    this.#open.push(tracked);
    try {
      await relaying;
      await exchange.outlet.done;
    } finally {
      this.#leave(tracked);
      this.#oneOver();
    }
  }

  /** An answer that may never become an exchange: to a request that is not admitted yet, is refused, or is passed through. One whose client left is over already. */
  answering(res: EventEmitter & { readonly closed?: boolean }): void {
    if (res.closed) return;
    this.#answering += 1;
    this.#begun += 1;
    res.once('close', () => {
      this.#answering -= 1;
      this.#oneOver();
    });
  }

  over(): Promise<void> {
    if (this.#isOver()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  cut(): void {
    for (const { exchange } of [...this.#open]) if (!exchange.settled) exchange.cut();
  }

  #leave(tracked: Tracked): void {
    const last = this.#open.pop() as Tracked;
    if (last === tracked) return;
    last.at = tracked.at;
    this.#open[last.at] = last;
  }

  #oneOver(): void {
    if (!this.#isOver()) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #isOver(): boolean {
    return this.#open.length === 0 && this.#answering === 0;
  }
}
