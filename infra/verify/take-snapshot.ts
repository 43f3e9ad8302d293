// Looks at the spool, the register, the queue and the ledger, in the order in which a request passes them: what moves on
// meanwhile is met again further along. Only reads. What does not answer is named in one sentence.

import { createLedgerRows } from '../counts/ledger-rows.ts';
import { oldestKept } from '../counts/minute.ts';
import { errorText } from '../process/error-text.ts';
import { idsInQueue } from '../queue/ids-in-queue.ts';
import { openQueue, type QueueLocation } from '../queue/queue.ts';
import { idIn } from '../queue/request-id.ts';
import { openRegister } from '../register/open-register.ts';
import { createPostgresWithDeadline } from '../register/postgres-with-deadline.ts';
import type { Register } from '../register/register.ts';
import { connectRedis } from './connect-redis.ts';
import type { OpenAtGateway, Snapshot } from './snapshot.ts';
import { idsInSpool } from './spool-ids.ts';

const PATIENCE_MS = 5000;

export interface SnapshotOptions {
  readonly queue: QueueLocation;
  readonly spoolDir: string;
}

/** What an earlier look found, or whoever called the command names: this one is to say what became of it. */
export interface Due extends Pick<Snapshot, 'named' | 'promised'> {
  readonly minutes: readonly number[];
}

/** Its message is one sentence, for whoever called the command. */
export class Away extends Error {
  override readonly name = 'Away';
}

export async function takeSnapshot({ queue, spoolDir }: SnapshotOptions, { minutes, ...due }: Due): Promise<Snapshot> {
  const slots = await named(`SPOOL_DIR ${spoolDir}`, idsInSpool(spoolDir));
  const server = queue.redisUrl === undefined ? 'the queue on Postgres' : 'the queue on Redis';
  const { counts, gateways, jobs } = await named(server, lookAtQueue(queue));
  const ids = [
    ...slots.flatMap(({ openings, closes }) => [...openings, ...closes]),
    ...[...gateways.values()].flatMap(({ openings }) => openings),
    ...Object.values(jobs).flat(),
    ...due.named,
    ...due.promised,
  ];
  const wanted = { ids, minutes: [...minutes, ...counts.map(({ minute }) => minute)] };
  const ledger = await named('the ledger of DATABASE_URL', lookAtLedger(queue.databaseUrl, wanted));
  return { slots, counts, gateways, jobs, ...due, ...ledger };
}

async function lookAtQueue(location: QueueLocation): Promise<Pick<Snapshot, 'counts' | 'gateways' | 'jobs'>> {
  const { redisUrl } = location;
  const redis = redisUrl === undefined ? undefined : await connectRedis(redisUrl, PATIENCE_MS);
  const over = redis === undefined ? {} : { redis };
  const register = openRegister(location, { ...over, timeoutMs: PATIENCE_MS });
  const queue = openQueue(location, { ...over, timeoutMs: PATIENCE_MS });
  try {
    const gateways = await openings(register);
    const oldest = oldestKept();
    const counts = (await register.counts()).filter(({ minute }) => minute >= oldest);
    return { counts, gateways, jobs: await idsInQueue(queue) };
  } finally {
    await Promise.allSettled([register.close(), queue.close()]);
    redis?.disconnect();
  }
}

async function openings(register: Register): Promise<Map<string, OpenAtGateway>> {
  const open = new Map<string, OpenAtGateway>();
  for (const [gateway, beats] of await register.gateways()) {
    const records = await register.openingsOf(gateway, Number.MAX_SAFE_INTEGER);
    open.set(gateway, { beats, openings: records.map(idIn) });
  }
  return open;
}

async function lookAtLedger(
  databaseUrl: string,
  { ids, minutes }: { ids: readonly string[]; minutes: readonly number[] },
): Promise<Pick<Snapshot, 'rows' | 'minuteRows' | 'total'>> {
  const postgres = createPostgresWithDeadline({ databaseUrl, name: 'weir verify', timeoutMs: PATIENCE_MS });
  const ledger = createLedgerRows(postgres, databaseUrl);
  try {
    const [rows, minuteRows] = [await ledger.reasonsOf(ids), await ledger.perMinute(minutes)];
    return { rows, minuteRows, total: await ledger.count() };
  } finally {
    await postgres.close();
  }
}

async function named<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new Away(`${what} cannot be read: ${errorText(cause)}`, { cause });
  }
}
