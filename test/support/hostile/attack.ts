// What every attack is: a name, and something that it does to a gateway until it is told that its time is over. A new attack
// is a file in attacks/, and a line in attacks/index.ts.
import type { Random } from '../random.ts';

export interface Scene {
  /** The gateway's. */
  readonly url: URL;
  readonly random: Random;
  /** A new x-request-id of this attack's; `unmetered` for what must leave no row though the provider is asked. */
  id(kind?: 'unmetered'): string;
}

/** How many requests were tried, and how they ended: a status, or a word where there was none. */
export interface Tried {
  readonly answers: ReadonlyMap<string, number>;
}

export interface Attack {
  readonly name: string;
  /** Resolves when all that it began is over, which is soon after `until`. */
  run(scene: Scene, until: AbortSignal): Promise<Tried>;
}
