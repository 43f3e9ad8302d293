// Clients who come one after another in a few lanes, to whichever gateway takes requests, and behave and end in every way
// there is, until they are told to stop.
import { setTimeout as pause } from 'node:timers/promises';
import type { Clients } from '../../support/clients.ts';
import type { Gateway } from '../../support/installation.ts';
import { type Random, randomFrom } from '../../support/random.ts';
import type { Behaviour } from '../../support/visit.ts';
import { getIntoTrouble, SCRIPTS, type Troubled } from './trouble.ts';

export interface Traffic {
  /** Those that are over. */
  readonly troubled: readonly Troubled[];
  /** Resolves when all are over. */
  stop(): Promise<void>;
}

interface Road {
  readonly clients: Clients;
  readonly gateways: () => readonly Gateway[];
  readonly seed: number;
}

const LANES = 6;
/** How many of a hundred come so; the others get into trouble. Those who stall take megabytes each. */
const IN_A_HUNDRED: readonly (readonly [Behaviour, number])[] = [
  ['reads all', 28],
  ['leaves at [DONE]', 20],
  ['leaves midway', 20],
  ['wants no stream', 16],
  ['stalls', 1],
];
// Whoever finds the door closed does not run against it.
const BREATH_MS = 50;

export function startTraffic({ clients, gateways, seed }: Road): Traffic {
  const troubled: Troubled[] = [];
  let open = true;
  let sent = 0;

  async function walk(random: Random): Promise<void> {
    while (open) {
      const { url } = random.oneOf(gateways());
      const behaviour = behaviourAt(random.below(100));
      const served = behaviour === undefined ? await trouble(url, random) : await visit(url, behaviour, random);
      if (!served) await pause(BREATH_MS);
    }
  }

  async function visit(url: string, behaviour: Behaviour, random: Random): Promise<boolean> {
    const { saw } = await clients.visit({ url, behaviour, tokens: random.between(1, 40), everyMs: random.below(25) });
    return !['refused', 'broken', 'turned away'].includes(saw);
  }

  async function trouble(url: string, random: Random): Promise<boolean> {
    sent += 1;
    troubled.push(await getIntoTrouble({ id: `${clients.name}t${sent}`, url, script: random.oneOf(SCRIPTS) }));
    return false;
  }

  const walking = Promise.all(Array.from({ length: LANES }, (_, lane) => walk(randomFrom(seed + 100 + lane))));
  const stop = async () => {
    open = false;
    await walking;
  };
  return { troubled, stop };
}

function behaviourAt(percent: number): Behaviour | undefined {
  let sum = 0;
  return IN_A_HUNDRED.find(([, share]) => {
    sum += share;
    return percent < sum;
  })?.[0];
}
