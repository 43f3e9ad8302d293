// What is known of openings that this version cannot read. They stay where they are, for a newer worker: each is logged
// once, by its id alone, and they are counted, so that a page can be asked for that reaches past them.
import type { Log } from '@weir/infra/log';
import { openingSchema } from '@weir/ledger/opening';

interface KnownOpening {
  readonly count: number;
  readonly restUntilMs: number;
  readonly logged: ReadonlySet<string>;
}

export class Unreadable {
  readonly #log: Log;
  #known: ReadonlyMap<string, KnownOpening> = new Map();

  constructor(log: Log) {
    this.#log = log;
  }

  get total(): number {
    return [...this.#known.values()].reduce((sum, { count }) => sum + count, 0);
  }

  countOf(gateway: string): number {
    return this.#known.get(gateway)?.count ?? 0;
  }

  /** Until then there is no reason to read them once more. */
  restsAt(gateway: string, atMs: number): boolean {
    return atMs < (this.#known.get(gateway)?.restUntilMs ?? atMs);
  }

  /** All that a page of this gateway's openings held of them. */
  note(gateway: string, records: readonly unknown[], restUntilMs: number): void {
    const logged = new Set(this.#known.get(gateway)?.logged);
    for (const id of records.map(idOf)) {
      if (!logged.has(id)) this.#log.warn({ gateway, id }, 'opening.unreadable');
      logged.add(id);
    }
    this.#known = new Map([...this.#known, [gateway, { count: records.length, restUntilMs, logged }]]);
  }

  /** Forgets all but these gateways'. */
  keep(gateways: readonly string[]): void {
    this.#known = new Map([...this.#known].filter(([gateway]) => gateways.includes(gateway)));
  }
}

/** An id that is none may be anything: it is not logged. */
function idOf(record: unknown): string {
  const { id } = (record ?? {}) as { id?: unknown };
  return openingSchema.shape.id.safeParse(id).data ?? 'unknown';
}
