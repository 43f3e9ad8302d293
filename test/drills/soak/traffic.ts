// Customers who come one after another in a few lanes, to whichever gateway takes requests, in every manner and for every
// ending, until they are told to stop.
import { setTimeout as pause } from 'node:timers/promises';
import type { Customers } from '../../support/customers.ts';
import type { Gateway } from '../../support/house.ts';
import { type Random, randomFrom } from '../../support/random.ts';
import type { Manner } from '../../support/visit.ts';
import { getIntoTrouble, SCRIPTS, type Troubled } from './trouble.ts';

export interface Traffic {
  /** Those that are over. */
  readonly troubled: readonly Troubled[];
  /** Resolves when all are over. */
  stop(): Promise<void>;
}

interface Road {
  readonly customers: Customers;
  readonly gateways: () => readonly Gateway[];
  readonly seed: number;
}

const LANES = 6;
/** How many of a hundred come so; the others get into trouble. Those who stall take megabytes each. */
const IN_A_HUNDRED: readonly (readonly [Manner, number])[] = [
  ['reads all', 28],
  ['leaves at [DONE]', 20],
  ['leaves midway', 20],
  ['wants no stream', 16],
  ['stalls', 1],
];
// Whoever finds the door closed does not run against it.
const BREATH_MS = 50;

export function startTraffic({ customers, gateways, seed }: Road): Traffic {
  const troubled: Troubled[] = [];
  let open = true;
  let sent = 0;

  async function walk(random: Random): Promise<void> {
    while (open) {
      const { url } = random.oneOf(gateways());
      const manner = mannerAt(random.below(100));
      const served = manner === undefined ? await trouble(url, random) : await visit(url, manner, random);
      if (!served) await pause(BREATH_MS);
    }
  }

  async function visit(url: string, manner: Manner, random: Random): Promise<boolean> {
    const { saw } = await customers.visit({ url, manner, tokens: random.between(1, 40), everyMs: random.below(25) });
    return !['refused', 'broken', 'turned away'].includes(saw);
  }

  async function trouble(url: string, random: Random): Promise<boolean> {
    sent += 1;
    troubled.push(await getIntoTrouble({ id: `${customers.name}t${sent}`, url, script: random.oneOf(SCRIPTS) }));
    return false;
  }

  const walking = Promise.all(Array.from({ length: LANES }, (_, lane) => walk(randomFrom(seed + 100 + lane))));
  const stop = async () => {
    open = false;
    await walking;
  };
  return { troubled, stop };
}

function mannerAt(percent: number): Manner | undefined {
  let sum = 0;
  return IN_A_HUNDRED.find(([, share]) => {
    sum += share;
    return percent < sum;
  })?.[0];
}
