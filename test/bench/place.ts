// Where the bench takes place: a provider, a load generator, and what stands between them, each a process of its own, on
// a private Redis and Postgres. The gateway runs as in production: metered, durable, with a worker behind it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../support/private-postgres.ts';
import { startRedis } from '../support/private-redis.ts';
import { openWorkerHome, type WorkerHome } from '../support/worker-home.ts';
import { Books } from './books.ts';
import { createLeaving, type Leaving } from './leaving.ts';
import { type Program, type ProgramOptions, startProgram } from './program.ts';
import { createTargets, type Targets } from './targets.ts';
import { takeTurn } from './turn.ts';

export interface Place extends Targets {
  readonly home: WorkerHome;
  readonly books: Books;
  readonly provider: Program;
  readonly load: Program;
  close(): Promise<void>;
}

interface PlaceOptions {
  /** Node's own, of the gateway. */
  readonly nodeArgs: readonly string[];
  /** Requests that a process is asked before it is measured. */
  readonly rehearsed: number;
  /** Another checkout, whose gateway is measured too. */
  readonly against: string | undefined;
  /** Hears of what could not be removed. */
  readonly say: (line: string) => void;
}

export async function openPlace({ say, ...options }: PlaceOptions): Promise<Place> {
  const leaving = createLeaving(say);
  try {
    const place = await furnish(leaving, options);
    return { ...place, close: leaving.all };
  } catch (error) {
    await leaving.all();
    throw error;
  }
}

const PROVIDER = new URL('./provider.ts', import.meta.url);
const LOAD = new URL('./load.ts', import.meta.url);
const WORKER = new URL('../../apps/worker/src/main.ts', import.meta.url);

// Beside others on one machine, with no balancer that must notice when it goes.
const APART = {
  PORT: '0',
  METRICS_PORT: '0',
  LOG_LEVEL: 'warn',
  SHUTDOWN_GRACE_MS: '0',
  SHUTDOWN_TIMEOUT_MS: '2000',
};

async function furnish(leaving: Leaving, options: Omit<PlaceOptions, 'say'>): Promise<Omit<Place, 'close'>> {
  const remove = (path: string) => rm(path, { recursive: true, force: true });
  const directory = leaving.keep(await mkdtemp(join(tmpdir(), 'weir-bench-')), remove);
  const home = await openServers(leaving);
  const start = starterIn(directory, leaving);
  const env = { ...home.env, ...APART };
  const [provider, load, worker] = await Promise.all([start(PROVIDER), start(LOAD), start(WORKER, { env })]);
  const upstream = { UPSTREAM_URL: `${provider.url}/v1`, SPOOL_DIR: join(directory, 'spool') };
  const books = new Books(home);
  const targets = createTargets({
    start,
    rehearse: (name, { url }, requests) =>
      takeTurn({ home, books }, name, () => load.tell<{ requests: number }>('rehearse', { url, requests })),
    worker,
    providerUrl: provider.url,
    env: { ...env, ...upstream },
    directory,
    leaving,
    ...options,
  });
  return { home, books, provider, load, ...targets };
}

async function openServers(leaving: Leaving): Promise<WorkerHome> {
  const redis = leaving.keep(await startRedis({ durable: true, detached: true }), ({ remove }) => remove());
  const postgres = leaving.keep(await startPostgres(), ({ remove }) => remove());
  const servers = { queueOn: 'Redis', redisServer: redis.url, databaseServer: postgres.url } as const;
  return leaving.keep(await openWorkerHome(servers), ({ leave }) => leave());
}

function starterIn(directory: string, leaving: Leaving) {
  let started = 0;
  return (program: URL, options: ProgramOptions = {}): Promise<Program> => {
    started += 1;
    return startProgram({ ...options, program, log: join(directory, `${started}.log`), leaving });
  };
}
