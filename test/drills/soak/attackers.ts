// Attackers among the clients: one attack after another, each on some gateway that takes requests, until they are told to
// stop. What of it reaches a provider must have its row, too.

import { drainStorm, pipelining } from '../../support/hostile/attacks/bad-clients.ts';
import { malformed, smuggling } from '../../support/hostile/attacks/bad-heads.ts';
import { costlyRequests } from '../../support/hostile/attacks/costly-json.ts';
import { otherKeys } from '../../support/hostile/attacks/other-keys.ts';
import { packedBombs } from '../../support/hostile/attacks/packed-bombs.ts';
import { slowBodies, slowHeads } from '../../support/hostile/attacks/slow-senders.ts';
import { createIds } from '../../support/hostile/books.ts';
import type { Gateway } from '../../support/installation.ts';
import { randomFrom } from '../../support/random.ts';

/** Those that leave clients and servers enough of a small machine. */
const ATTACKS = [
  slowHeads,
  slowBodies,
  malformed,
  smuggling,
  packedBombs,
  otherKeys,
  costlyRequests,
  pipelining,
  drainStorm,
];

const ROUND_MS = 2000;

interface Siege {
  readonly gateways: () => readonly Gateway[];
  readonly seed: number;
}

export interface Attackers {
  /** How many requests they have tried. */
  readonly tried: number;
  /** Resolves when all that they began is over. */
  stop(): Promise<void>;
}

export function startAttackers({ gateways, seed }: Siege): Attackers {
  const random = randomFrom(seed);
  const stopping = new AbortController();
  let [round, tried] = [0, 0];

  async function attack(): Promise<void> {
    while (!stopping.signal.aborted) {
      round += 1;
      const [next, gateway] = [random.oneOf(ATTACKS), random.oneOf(gateways())];
      const over = new AbortController();
      const timer = setTimeout(() => over.abort(), ROUND_MS);
      const scene = { url: new URL(gateway.url), random, id: createIds(`attack-${round}`) };
      const { answers } = await next.run(scene, AbortSignal.any([over.signal, stopping.signal]));
      clearTimeout(timer);
      for (const count of answers.values()) tried += count;
    }
  }

  const attacking = attack();
  const stop = async () => {
    stopping.abort();
    await attacking;
  };
  return {
    get tried() {
      return tried;
    },
    stop,
  };
}
