// The soak: two gateways, two workers and a provider under steady traffic, while all that may be hurt is hurt at random.
// In the end everything is well again, and each request must have its row.
import { setTimeout as pause } from 'node:timers/promises';
import { type PrivatePostgres, startPostgres } from '../../private-postgres.ts';
import { type PrivateRedis, startRedis } from '../../private-redis.ts';
import { type Customers, welcomeCustomers } from '../customers.ts';
import { type House, openHouse } from '../house.ts';
import { imbalancesIn } from './balance.ts';
import { type Crew, hireCrew } from './crew.ts';
import { makeMischief } from './mischief.ts';
import type { Outcome } from './summary.ts';
import { startTraffic } from './traffic.ts';
import { troublesOfVerify } from './verify.ts';

export interface Soak {
  readonly seconds: number;
  readonly seed: number;
  /** Hears of the progress. */
  readonly say: (line: string) => void;
  /** Ends it early, without a verdict. */
  readonly stopping: AbortSignal;
}

interface Place {
  readonly redis: PrivateRedis;
  readonly postgres: PrivatePostgres;
  readonly house: House;
}

interface Scene extends Place {
  readonly crew: Crew;
  readonly customers: Customers;
  /** The x-request-ids that the provider saw. */
  readonly asked: Set<string>;
}

const PROGRESS_MS = 10_000;
const PATIENCE_MS = 60_000;
const GATEWAYS = { SHUTDOWN_GRACE_MS: '200', LOG_LEVEL: 'warn' };

/** Whatever happens, what it started is ended when it is over. */
export async function soak(wanted: Soak): Promise<Outcome> {
  const leaving: (() => Promise<void>)[] = [];
  try {
    const redis = await startRedis({ durable: true, detached: true });
    leaving.unshift(redis.remove);
    const postgres = await startPostgres();
    leaving.unshift(postgres.remove);
    const servers = { queueOn: 'Redis', redisServer: redis.url, databaseServer: postgres.url } as const;
    const house = await openHouse({ ...servers, env: GATEWAYS });
    leaving.unshift(house.close);
    return await soakIn({ redis, postgres, house }, wanted);
  } finally {
    for (const leave of leaving) await leave().catch((error: Error) => wanted.say(`left behind: ${error.message}`));
  }
}

async function soakIn(place: Place, wanted: Soak): Promise<Outcome> {
  const { seconds, seed, stopping } = wanted;
  const { house } = place;
  const customers = welcomeCustomers();
  const crew = await hireCrew(house);
  const scene = { ...place, crew, customers, asked: new Set<string>() };
  const { wrong, mischief, troubled } = await roughTimes(scene, wanted);
  if (stopping.aborted) wrong.push('it was stopped before its end');
  else wrong.push(...(await untilCalm(scene)));
  const rows = stopping.aborted ? [] : await house.ledger.rows();
  const killed = new Set(crew.lost.map(({ url }) => url));
  const books = { asked: scene.asked, visits: customers.visits, troubled, killed, rows };
  if (!stopping.aborted) wrong.push(...imbalancesIn(books));
  return { seconds, seed, mischief, ...books, wrong };
}

/** Traffic and mischief, until the time is up, everything is healed, and every customer gone. */
async function roughTimes(scene: Scene, { seconds, seed, say, stopping }: Soak): Promise<RoughTimes> {
  const { crew, customers, redis, postgres } = scene;
  const until = AbortSignal.timeout(seconds * 1000);
  const [mischief, wrong]: [string[], string[]] = [[], []];
  const note = (error: Error) => void wrong.push(error.message);
  const { troubled, stop } = startTraffic({ customers, gateways: () => crew.gateways, seed });
  const telling = tellProgress({ scene, mischief, until: AbortSignal.any([until, stopping]), say }).catch(note);
  const tell = (kind: string) => void mischief.push(kind);
  await makeMischief({ crew, redis, postgres }, { seed, until, stopping, tell }).catch(note);
  await Promise.all([inTime('the customers', stop()).catch(note), telling]);
  return { mischief, troubled, wrong };
}

type RoughTimes = Pick<Outcome, 'mischief' | 'troubled'> & { readonly wrong: string[] };

interface Telling {
  readonly scene: Scene;
  readonly mischief: readonly string[];
  readonly until: AbortSignal;
  readonly say: Soak['say'];
}

async function tellProgress({ scene, mischief, until, say }: Telling): Promise<void> {
  for (let told = 0, seconds = 0; !until.aborted; told = mischief.length) {
    await pause(PROGRESS_MS, undefined, { signal: until }).catch(() => undefined);
    await askProvider(scene);
    seconds += PROGRESS_MS / 1000;
    if (!until.aborted) say(`${seconds} s, ${scene.asked.size} requests; lately: ${mischief.slice(told).join(', ')}`);
  }
}

/** Often enough: it remembers ten thousand requests, and no more. */
async function askProvider({ house, customers, asked }: Scene): Promise<void> {
  for (const id of await house.asked(customers.name)) asked.add(id);
}

/** What is in the way of it. */
async function untilCalm(scene: Scene): Promise<string[]> {
  const { house, customers, crew } = scene;
  const wrong: string[] = [];
  await inTime('the provider', house.untilAnswered(customers.name)).catch(({ message }) => void wrong.push(message));
  await askProvider(scene);
  for (const spool of crew.spools) wrong.push(...(await troublesOfVerify(house, spool)));
  return wrong;
}

async function inTime(whose: string, end: Promise<void>): Promise<void> {
  const late = pause(PATIENCE_MS, 'late', { ref: false });
  if ((await Promise.race([end, late])) === 'late') throw new Error(`${whose} did not come to an end`);
}
