// Hurts, at random, all that may be hurt, and heals it again: one hand is at the processes, the other at the servers, each
// at its own pace. Not the simulator, which knows what was asked; nor a disk and Redis at once.
import { setTimeout as pause } from 'node:timers/promises';
import type { PrivatePostgres } from '../../support/private-postgres.ts';
import type { PrivateServer } from '../../support/private-server.ts';
import { randomFrom } from '../../support/random.ts';
import type { Crew } from './crew.ts';
import { type Step, sequenceOf } from './sequence.ts';
import type { ShiftingRedis } from './shifting-redis.ts';

// Two heartbeats, and a little.
const TELLING_AGAIN_MS = 2500;

type Acts = Readonly<Record<string, (step: Step) => Promise<void>>>;

interface Victims {
  readonly crew: Crew;
  readonly redis: ShiftingRedis;
  /** Resolves when Redis knows nothing that somebody who is gone has left to it. */
  readonly nothingIsLeft: () => Promise<void>;
  readonly postgres: PrivatePostgres;
}

interface Making {
  readonly seed: number;
  /** Nothing is begun from then on that has had its turn; what was begun is healed. */
  readonly until: AbortSignal;
  /** Nothing is begun at all. */
  readonly stopping: AbortSignal;
  readonly tell: (kind: string) => void;
}

/** Resolves when all is healed. */
export async function makeMischief({ crew, redis, postgres, nothingIsLeft }: Victims, making: Making): Promise<void> {
  const processes: Acts = {
    'gateway killed': crew.killGateway,
    'gateway rolled': crew.rollGateway,
    'worker killed': crew.killWorker,
  };
  const servers: Acts = {
    'Redis hung': (step) => hung(redis, step),
    'Redis stopped': (step) => restarted(redis, () => redis.stop(), step),
    'Redis killed': (step) => restarted(redis, () => redis.kill(), step),
    // Whoever is gone cannot tell it again; and who dies before the next heartbeat does not.
    'Redis exchanged': () =>
      crew.atRest(async () => {
        await nothingIsLeft();
        await redis.exchange();
        await pause(TELLING_AGAIN_MS);
      }),
    'Postgres stopped': (step) => restarted(postgres, () => postgres.stop(), step),
    'Postgres killed': (step) => restarted(postgres, () => postgres.kill(), step),
    'Postgres connections dropped': () => postgres.dropConnections(),
  };
  // Where one hand comes to grief the other begins nothing new, but heals what it hurt.
  const grief = new AbortController();
  const stopping = AbortSignal.any([making.stopping, grief.signal]);
  const hands = [
    oneHand(processes, { ...making, stopping }),
    oneHand(servers, { ...making, stopping, seed: making.seed + 1 }),
  ];
  await Promise.all(hands.map((hand) => hand.catch((error) => grief.abort(error))));
  if (grief.signal.aborted) throw grief.signal.reason;
}

async function oneHand(acts: Acts, { seed, until, stopping, tell }: Making): Promise<void> {
  const turns = Object.keys(acts).length;
  let begun = 0;
  for (const step of sequenceOf(Object.keys(acts), randomFrom(seed))) {
    const soon = AbortSignal.any([until, stopping]);
    await pause(step.pauseMs, undefined, { signal: soon }).catch(() => undefined);
    if (stopping.aborted || (until.aborted && begun >= turns)) return;
    tell(step.kind);
    await acts[step.kind]?.(step);
    begun += 1;
  }
}

async function hung(server: PrivateServer, { holdMs }: Step): Promise<void> {
  server.hang();
  await pause(holdMs);
  server.resume();
}

async function restarted(server: PrivateServer, end: () => Promise<void>, { holdMs }: Step): Promise<void> {
  await end();
  await pause(holdMs);
  await server.start();
}
