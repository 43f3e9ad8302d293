// The soak: two gateways, two workers and a provider under steady traffic, with attackers in it, while all that may be hurt
// is hurt at random. In the end everything is well again, and each request must have its row.
import { setTimeout as pause } from 'node:timers/promises';
import { openRegister } from '@weir/infra/register/open';
import { type Clients, createClients } from '../../support/clients.ts';
import { isMetered } from '../../support/hostile/books.ts';
import { type Installation, openInstallation } from '../../support/installation.ts';
import { type PrivatePostgres, startPostgres } from '../../support/private-postgres.ts';
import { troublesOfVerify } from '../../support/verify.ts';
import { startAttackers } from './attackers.ts';
import { imbalancesIn } from './balance.ts';
import { type Crew, hireCrew } from './crew.ts';
import { makeMischief } from './mischief.ts';
import { type ShiftingRedis, startShiftingRedis } from './shifting-redis.ts';
import type { Outcome } from './summary.ts';
import { startTraffic } from './traffic.ts';

export interface Soak {
  readonly seconds: number;
  readonly seed: number;
  /** Hears of the progress. */
  readonly say: (line: string) => void;
  /** Ends it early, without a verdict. */
  readonly stopping: AbortSignal;
}

interface Place {
  readonly redis: ShiftingRedis;
  readonly postgres: PrivatePostgres;
  readonly installation: Installation;
}

interface Scene extends Place {
  readonly crew: Crew;
  readonly clients: Clients;
  /** The x-request-ids that the provider saw. */
  readonly asked: Set<string>;
}

const PROGRESS_MS = 10_000;
const PATIENCE_MS = 60_000;
const GATEWAYS = { SHUTDOWN_GRACE_MS: '200', LOG_LEVEL: 'warn', HEAD_TIMEOUT_MS: '5000', BODY_TIMEOUT_MS: '5000' };

/** Whatever happens, what it started is ended when it is over. */
export async function soak(wanted: Soak): Promise<Outcome> {
  const leaving: (() => Promise<void>)[] = [];
  try {
    const redis = await startShiftingRedis();
    leaving.unshift(redis.remove);
    const postgres = await startPostgres();
    leaving.unshift(postgres.remove);
    const servers = { queueOn: 'Redis', redisServer: redis.url, databaseServer: postgres.url } as const;
    const installation = await openInstallation({ ...servers, env: GATEWAYS });
    leaving.unshift(installation.close);
    return await soakIn({ redis, postgres, installation }, wanted);
  } finally {
    for (const leave of leaving) await leave().catch((error: Error) => wanted.say(`left behind: ${error.message}`));
  }
}

async function soakIn(place: Place, wanted: Soak): Promise<Outcome> {
  const { seconds, seed, stopping } = wanted;
  const { installation } = place;
  const clients = createClients();
  const crew = await hireCrew(installation);
  const scene = { ...place, crew, clients, asked: new Set<string>() };
  const { wrong, ...times } = await roughTimes(scene, wanted);
  if (stopping.aborted) wrong.push('it was stopped before its end');
  else wrong.push(...(await untilCalm(scene)));
  const rows = stopping.aborted ? [] : await installation.ledger.rows();
  const killed = new Set(crew.lost.map(({ url }) => url));
  const books = { asked: scene.asked, visits: clients.visits, ...times, killed, rows };
  if (!stopping.aborted) wrong.push(...imbalancesIn(books));
  return { seconds, seed, ...books, wrong };
}

/** Traffic and mischief, until the time is up, everything is healed, and every client gone. */
async function roughTimes(scene: Scene, { seconds, seed, say, stopping }: Soak): Promise<RoughTimes> {
  const { crew, clients, redis, postgres } = scene;
  const until = AbortSignal.timeout(seconds * 1000);
  const [mischief, wrong]: [string[], string[]] = [[], []];
  const note = (error: Error) => void wrong.push(error.message);
  const gateways = () => crew.gateways;
  const { troubled, stop } = startTraffic({ clients, gateways, seed });
  const attackers = startAttackers({ gateways, seed });
  const telling = tellProgress({ scene, mischief, until: AbortSignal.any([until, stopping]), say }).catch(note);
  const tell = (kind: string) => void mischief.push(kind);
  const victims = { crew, redis, postgres, nothingIsLeft: () => untilNothingIsLeft(scene) };
  await makeMischief(victims, { seed, until, stopping, tell }).catch(note);
  const leaving = [inTime('the clients', stop()), inTime('the attackers', attackers.stop())];
  await Promise.all([...leaving.map((left) => left.catch(note)), telling]);
  return { mischief, troubled, attacks: attackers.tried, wrong };
}

type RoughTimes = Pick<Outcome, 'mischief' | 'troubled' | 'attacks'> & { readonly wrong: string[] };

interface Telling {
  readonly scene: Scene;
  readonly mischief: readonly string[];
  readonly until: AbortSignal;
  readonly say: Soak['say'];
}

async function tellProgress({ scene, mischief, until, say }: Telling): Promise<void> {
  const begun = performance.now();
  for (let told = 0; !until.aborted; told = mischief.length) {
    await pause(PROGRESS_MS, undefined, { signal: until }).catch(() => undefined);
    await askProvider(scene);
    const seconds = Math.round((performance.now() - begun) / 1000);
    if (!until.aborted) say(`${seconds} s, ${scene.asked.size} requests; lately: ${mischief.slice(told).join(', ')}`);
  }
}

/** Often enough: it remembers ten thousand requests, and no more. */
async function askProvider({ installation, asked }: Scene): Promise<void> {
  for (const id of await installation.asked('')) if (isMetered(id)) asked.add(id);
}

/** The queue is empty, and in the register are those alone who live. */
async function untilNothingIsLeft({ installation, crew }: Scene): Promise<void> {
  const register = openRegister(installation.home.location, { timeoutMs: 1000 });
  const isSo = async () => {
    const waiting = await installation.home.queue.getJobCountByTypes('waiting', 'active', 'delayed');
    return waiting === 0 && (await register.gateways()).size === crew.gateways.length;
  };
  const until = performance.now() + PATIENCE_MS;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > until)
      throw new Error('something stayed in Redis that somebody who is gone has left to it');
    await pause(20);
  }
  await register.close();
}

/** What is in the way of it. */
async function untilCalm(scene: Scene): Promise<string[]> {
  const { installation, crew } = scene;
  const wrong: string[] = [];
  await inTime('the provider', installation.untilAnswered('')).catch(({ message }) => void wrong.push(message));
  await askProvider(scene);
  for (const spool of crew.spools) wrong.push(...(await troublesOfVerify(installation, spool)));
  return wrong;
}

async function inTime(whose: string, end: Promise<void>): Promise<void> {
  const late = pause(PATIENCE_MS, 'late', { ref: false });
  if ((await Promise.race([end, late])) === 'late') throw new Error(`${whose} did not come to an end`);
}
