// For tests: one gateway's outbox while requests come and go and nothing around it can be relied upon. What it must never
// do is to lose one.
import type { Outbox } from '../../src/outbox/outbox.ts';
import { completion, opening } from '../records.ts';
import { StormyServer, type Weather } from './stormy-server.ts';
import { StormySpool } from './stormy-spool.ts';

const WEATHERS: readonly Weather[] = ['fair', 'fair', 'fair', 'away', 'hung', 'full'];

export class Storm {
  readonly chance: () => number;
  readonly server: StormyServer;
  readonly spool = new StormySpool();
  /** Requests under way: upstream was, or will be, asked. */
  readonly open = new Set<string>();
  readonly closed = new Set<string>();
  /** Those that upstream was never asked: refused, or withdrawn. */
  readonly unwanted = new Set<string>();
  readonly #closing = new Set<string>();
  #begun = 0;

  constructor(seed: number) {
    this.chance = chances(seed);
    this.server = new StormyServer(this.chance);
  }

  /** Now and then the weather turns; some requests begin, some end, some were not to be after all. */
  rage(outbox: Outbox): void {
    if (this.chance() < 0.01) this.server.turn(WEATHERS[Math.floor(this.chance() * WEATHERS.length)] ?? 'fair');
    while (this.chance() < 0.5) void this.#begin(outbox);
    for (const id of this.open) {
      if (this.chance() > 0.02 || this.#closing.has(id)) continue;
      if (this.chance() < 0.15) void this.#withdraw(id, outbox);
      else void this.#end(id, outbox);
    }
  }

  tick(): void {
    this.server.tick();
    this.spool.tick();
  }

  clearUp(): void {
    this.server.turn('fair');
    this.spool.isFull = false;
  }

  /** What a crash now would cost: requests of which nothing is left, and completions that were promised to be kept. */
  lostByNow(): { readonly requests: string[]; readonly completions: string[] } {
    const { openings, completions } = this.server;
    const [opened, closed] = [new Set<string>(), new Set<string>()];
    for (const record of this.spool.records()) {
      if (record.verb === 'open') opened.add(record.opening.id);
      if (record.verb === 'close') closed.add(record.completion.id);
    }
    const isClosed = (id: string) => completions.has(id) || closed.has(id);
    return {
      requests: [...this.open].filter((id) => !isClosed(id) && !openings.has(id) && !opened.has(id)),
      completions: [...this.closed].filter((id) => !isClosed(id)),
    };
  }

  async #begin(outbox: Outbox): Promise<void> {
    this.#begun += 1;
    const id = `id-${this.#begun}`;
    const isOpen = await outbox.open(opening(id)).then(
      () => true,
      () => false,
    );
    (isOpen ? this.open : this.unwanted).add(id);
  }

  async #end(id: string, outbox: Outbox): Promise<void> {
    this.#closing.add(id);
    await outbox.close(() => completion(id), opening(id));
    this.#closing.delete(id);
    this.open.delete(id);
    this.closed.add(id);
  }

  async #withdraw(id: string, outbox: Outbox): Promise<void> {
    this.open.delete(id);
    this.unwanted.add(id);
    await outbox.withdraw(opening(id));
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
