// An attack on a gateway in a drill → what it did to the gateway, and to the neighbours beside it.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { type Gateway, type Installation, killed, type LaunchOptions } from '../support/installation.ts';
import type { Row } from '../support/ledger.ts';
import { named } from '../support/queue-servers.ts';
import { redisServer } from '../support/services.ts';
import { CAN_SEE_MEMORY, forgetPeak, memoryOf } from './memory.ts';
import { moveIn } from './neighbours/neighbours.ts';
import { openPlace, type Place } from './place.ts';
import { type Turns, watchTurns } from './turns.ts';

/** The rows of requests whose x-request-ids begin so, when there are so many. */
export async function rowsOf({ ledger }: Installation, prefix: string, count: number): Promise<Row[]> {
  const of = async () => (await ledger.rows()).filter((row) => String(row['caller_request_id']).startsWith(prefix));
  await ledger.until(async () => (await of()).length >= count, AbortSignal.timeout(ROWS_MS));
  return await of();
}

const ROWS_MS = 15_000;

/** Garbage is collected so often that it cannot be taken for what is kept. */
const NO_GARBAGE = ['--max-semi-space-size=1'];

/** A gateway with little memory, whose turns are watched. */
export interface Victim extends Gateway {
  readonly turns: Turns;
  readonly place: Place;
}

type StartVictim = (env?: LaunchOptions['env']) => Promise<Victim>;

/** Drills in one place, with a gateway of its own for each. */
export function besiege(drills: (startVictim: StartVictim) => void): void {
  const isMissing = redisServer() === undefined || !CAN_SEE_MEMORY;
  (isMissing ? describe.skip : describe)(named('Redis and Linux', isMissing), () => {
    let place: Place;
    let victims: Victim[] = [];
    beforeAll(async () => {
      place = await openPlace({ queueOn: 'Redis' });
    });
    afterEach(async () => {
      await Promise.all(victims.map(({ process }) => killed(process)));
      for (const { turns } of victims) turns.forget();
      victims = [];
    });
    afterAll(() => place.close());

    drills(async (env = {}) => {
      const turns = watchTurns();
      const options = { env: { ...env, ...turns.env }, nodeArgs: [...NO_GARBAGE, ...turns.nodeArgs] };
      const victim = { ...(await place.startGateway(options)), turns, place };
      victims.push(victim);
      return victim;
    });
  });
}

export interface Harm {
  /** What failed of the neighbours' requests. */
  readonly failed: readonly string[];
  readonly longestTurnMs: number;
  /** By how much the gateway's memory grew at most, in bytes. */
  readonly grownBy: number;
}

/** How an attack ended, and what it did to the gateway and to its neighbours. */
export async function attacked<T>(victim: Victim, attack: () => Promise<T>): Promise<Harm & { outcome: T }> {
  const neighbours = await moveIn(victim.url, victim.place.installation.upstreamUrl);
  await pause(SETTLING_MS); // until their code and the gateway's is warm
  await neighbours.look();
  victim.turns.longestMs();
  const { pid } = victim.process;
  forgetPeak(pid);
  const before = memoryOf(pid)?.rss ?? 0;
  const outcome = await attack();
  const { failed } = await neighbours.look();
  await neighbours.stop();
  expectAlive(victim);
  const grownBy = (memoryOf(pid)?.peak ?? Number.POSITIVE_INFINITY) - before;
  return { outcome, failed, grownBy, longestTurnMs: victim.turns.longestMs() };
}

const SETTLING_MS = 1000;

function expectAlive({ process }: Gateway): void {
  const fatal = /FATAL ERROR.*/.exec(process.output())?.[0] ?? 'alive';
  expect(fatal).toBe('alive');
}

// Alone on a machine none takes more than 100 ms, which is what is noticed. Where others take its caches and its half of a
// core the same work costs up to twice the CPU; a body that is parsed as a whole costs seconds.
const TURN_MS = 250;

/** Nobody failed, and nobody waited for longer than is noticed on a machine with room. */
export function expectUnharmed({ failed, longestTurnMs }: Harm): void {
  expect(failed.slice(0, 5)).toEqual([]);
  expect(longestTurnMs).toBeLessThan(TURN_MS);
}
