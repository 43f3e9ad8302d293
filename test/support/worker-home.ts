// A ledger and a queue of a test's own: on Redis and Postgres, or on Postgres alone. They go when the test leaves.
import { setTimeout as pause } from 'node:timers/promises';
import { migrateQueue } from '@weir/infra/migrate';
import { type CompletionQueue, openQueue, type QueueLocation } from '@weir/infra/queue';
import { applyMigrations } from '@weir/ledger/migrate';
import pg from 'pg';
import * as queueServers from './queue-servers.ts';

export type QueueOn = 'Redis' | 'Postgres';

export interface WorkerHome {
  readonly queue: CompletionQueue;
  readonly location: QueueLocation;
  /** What a worker is told to find it. */
  readonly env: Record<string, string>;
  count(): Promise<number>;
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Resolves when the ledger holds that many rows, and all that the queue still holds are dead letters. */
  settled(rows: number): Promise<void>;
  leave(): Promise<void>;
}

interface WorkerHomeOptions {
  readonly queueOn: QueueOn;
  readonly databaseServer?: string;
  /** One that is nobody else's: nothing is cleaned there. */
  readonly redisServer?: string;
  /** False leaves the database as it was created. */
  readonly migrated?: boolean;
}

export async function openWorkerHome(options: WorkerHomeOptions): Promise<WorkerHome> {
  const { databaseServer, migrated = true } = options;
  const { url: databaseUrl, drop } = await queueServers.createDatabase(databaseServer);
  const { location, leave: leaveQueue } = openQueueHome(options, databaseUrl);
  if (migrated) await migrate(location);
  const queue = openQueue(location);

  // Asked again and again until something is so: a connection each time costs the server more than the question does.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  pool.on('error', () => undefined); // some tests stop the server; the next question connects anew
  const query = async (sql: string) => (await pool.query(sql)).rows;
  const count = async () => Number((await query('SELECT count(*) FROM completions'))[0]?.['count']);
  const settled = async (rows: number) => {
    while ((await count()) < rows || (await inTheQueue(queue)) > 0) await pause(50);
  };
  const leave = async () => {
    await Promise.all([queue.close(), pool.end()]);
    await leaveQueue();
    await drop();
  };
  return { queue, location, env: envOf(location), count, query, settled, leave };
}

function openQueueHome({ queueOn, redisServer }: WorkerHomeOptions, databaseUrl: string): queueServers.Home {
  const leave = async () => {};
  if (queueOn === 'Postgres') return { location: { databaseUrl, prefix: 'weir' }, leave };
  if (redisServer === undefined) return queueServers.openOnRedis(databaseUrl);
  return { location: { databaseUrl, prefix: 'weir', redisUrl: redisServer }, leave };
}

export async function migrate({ databaseUrl, redisUrl, prefix }: QueueLocation): Promise<void> {
  await applyMigrations(databaseUrl);
  if (redisUrl === undefined) await migrateQueue(databaseUrl, prefix);
}

const inTheQueue = (queue: CompletionQueue) => queue.getJobCountByTypes('waiting', 'active', 'delayed');

// What a killed worker had in hand is another's sooner than by default, and yet a busy machine renews its locks in time.
const JOB_LOCK_MS = '5000';

const envOf = ({ redisUrl, databaseUrl, prefix }: QueueLocation) => ({
  DATABASE_URL: databaseUrl,
  QUEUE_PREFIX: prefix,
  JOB_LOCK_MS,
  ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
});
