// The requests that have an opening and no durable completion yet.
import type { Opening } from '@weir/ledger/opening';
import { IdMap } from './id-map.ts';

export class OpenRequests {
  readonly #openings = new IdMap<Opening>();

  get size(): number {
    return this.#openings.size;
  }

  has(id: string): boolean {
    return this.#openings.has(id);
  }

  all(): readonly Opening[] {
    return this.#openings.values();
  }

  add(opening: Opening): void {
    this.#openings.set(opening.id, opening);
  }

  delete(id: string): void {
    this.#openings.delete(id);
  }
}
