// A whole Weir that a drill may hurt: simulator, gateways and workers as real processes, on the tests' servers or on
// private ones. It is not stopped but killed: how a gateway stops well is a drill of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Ledger, watchLedger } from './ledger.ts';
import { type Launched, launchApp, launchProcess } from './processes.ts';
import { openWorkerHome, type QueueOn, type WorkerHome } from './worker-home.ts';

export interface Gateway {
  readonly url: string;
  readonly spool: string;
  readonly process: Launched;
}

export interface LaunchOptions {
  readonly env?: Record<string, string>;
  /** Node's own arguments. */
  readonly nodeArgs?: readonly string[];
  /** Another release's, by its whole path. */
  readonly program?: string;
}

export interface Installation {
  readonly home: WorkerHome;
  readonly ledger: Ledger;
  /** The simulator's base URL, version segment included. */
  readonly upstreamUrl: string;
  /** The first of each. */
  readonly gateway: Gateway;
  readonly worker: Launched;
  /** On a spool of its own. */
  startGateway(options?: LaunchOptions): Promise<Gateway>;
  /** On the spool of one that is gone, as whoever restarts it does. */
  startGatewayAfter(gone: Gateway): Promise<Gateway>;
  startWorker(options?: LaunchOptions): Promise<Launched>;
  /** The x-request-ids, beginning so, of what the simulator was asked. */
  asked(prefix: string): Promise<ReadonlySet<string>>;
  /** Resolves when there are so many. */
  untilAsked(prefix: string, count: number): Promise<void>;
  /** Resolves when the simulator has said all that it had to say to them. */
  untilAnswered(prefix: string): Promise<void>;
  close(): Promise<void>;
}

interface Asked {
  readonly headers: { readonly 'x-request-id'?: string };
  readonly endedAt: string | null;
}

interface HouseOptions {
  readonly queueOn: QueueOn;
  readonly redisServer?: string;
  readonly databaseServer?: string;
  /** Of every gateway. */
  readonly env?: Record<string, string>;
}

export async function openInstallation({ env: everyGateways = {}, ...servers }: HouseOptions): Promise<Installation> {
  const home = await openWorkerHome(servers);
  const ledger = await watchLedger(home.location.databaseUrl);
  const directory = await mkdtemp(join(tmpdir(), 'weir-installation-'));
  const processes: Launched[] = [];

  async function started(process: Launched): Promise<{ process: Launched; url: string }> {
    processes.push(process);
    const { url = '' } = await process.ready;
    return { process, url };
  }

  async function startGateway({ env = {}, nodeArgs = [], program = GATEWAY }: LaunchOptions = {}): Promise<Gateway> {
    const spool = env['SPOOL_DIR'] ?? join(directory, `spool-${processes.length}`);
    const upstream = 'WEIR_CONFIG' in env ? {} : { UPSTREAM_URL: simulator.url };
    const all = { ...home.env, ...IN_DRILLS, ...upstream, SPOOL_DIR: spool, ...everyGateways, ...env };
    return { ...(await started(launchProcess(program, { env: all, nodeArgs }))), spool };
  }

  const startGatewayAfter = ({ spool }: Gateway) => startGateway({ env: { SPOOL_DIR: spool } });

  async function startWorker({ env = {}, nodeArgs = [] }: LaunchOptions = {}): Promise<Launched> {
    const all = { ...home.env, ...IN_DRILLS, ...env };
    return (await started(launchProcess('apps/worker/src/main.ts', { env: all, nodeArgs }))).process;
  }

  async function requests(prefix: string): Promise<readonly Asked[]> {
    const answer = await fetch(new URL('/sim/requests', simulator.url));
    const all = (await answer.json()) as Asked[];
    return all.filter((one) => one.headers['x-request-id']?.startsWith(prefix));
  }

  const asked = async (prefix: string) =>
    new Set((await requests(prefix)).map(({ headers }) => headers['x-request-id'] ?? ''));

  async function untilAsked(prefix: string, count: number): Promise<void> {
    while ((await asked(prefix)).size < count) await pause(20);
  }

  async function untilAnswered(prefix: string): Promise<void> {
    while ((await requests(prefix)).some(({ endedAt }) => endedAt === null)) await pause(20);
  }

  async function close(): Promise<void> {
    for (const process of processes) await killed(process);
    await ledger.close();
    await home.leave();
    await rm(directory, { recursive: true, force: true });
  }

  const simulator = await started(launchApp('simulator', { LOG_LEVEL: 'warn' }));
  const [gateway, worker] = await Promise.all([startGateway(), startWorker()]);
  const start = { startGateway, startGatewayAfter, startWorker };
  return {
    home,
    ledger,
    upstreamUrl: simulator.url,
    gateway,
    worker,
    ...start,
    asked,
    untilAsked,
    untilAnswered,
    close,
  };
}

const GATEWAY = 'apps/gateway/src/main.ts';

// Neither who stalls nor who is lost is waited for longer than needs be.
const IN_DRILLS = { PORT: '0', METRICS_PORT: '0', CLIENT_STALL_MS: '1000', GATEWAY_LOST_AFTER_MS: '2000' };

/** As a crash ends it. */
export async function killed(process: Launched): Promise<void> {
  process.signal('SIGKILL');
  await process.ended;
}
