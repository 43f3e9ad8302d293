// A whole Weir under test: ledger, queue, worker and simulator of its own, and as many gateways as a test wants.
import { type Launched, launchApp } from './processes.ts';
import { type Rows, watchRows } from './rows.ts';
import { openWorkerHome, type QueueOn, type WorkerHome } from './worker-home.ts';

export interface Gateway {
  readonly url: string;
  readonly process: Launched;
}

export interface Weir {
  readonly rows: Rows;
  readonly home: WorkerHome;
  readonly worker: Launched;
  /** The simulator's base URL, version segment included. */
  readonly upstreamUrl: string;
  /** Relays to the simulator, unless it is told otherwise. */
  startGateway(env?: Record<string, string>, args?: string[]): Promise<Gateway>;
  /** Stops everything, whatever happens; throws unless each process ended with 0. */
  close(): Promise<void>;
}

export async function openWeir(queueOn: QueueOn): Promise<Weir> {
  const home = await openWorkerHome({ queueOn });
  const rows = await watchRows(home.location.databaseUrl);
  const simulator = launchApp('simulator', { LOG_LEVEL: 'warn' });
  const worker = launchApp('worker', { ...home.env, LOG_LEVEL: 'warn' });
  const processes = [simulator, worker];
  const [{ url: upstreamUrl }] = (await Promise.all(processes.map((process) => process.ready))) as [
    { url: string },
    unknown,
  ];

  async function startGateway(env: Record<string, string> = {}, args: string[] = []): Promise<Gateway> {
    const upstream = 'WEIR_CONFIG' in env ? {} : { UPSTREAM_URL: upstreamUrl };
    const process = launchApp('gateway', { ...home.env, ...upstream, ...env }, args);
    processes.push(process);
    const { url = '' } = await process.ready;
    return { url, process };
  }

  async function close(): Promise<void> {
    const complaints: Error[] = [];
    for (const process of processes.reverse()) await process.stop().catch((error) => complaints.push(error));
    await rows.close();
    await home.leave();
    for (const complaint of complaints) throw complaint;
  }
  return { rows, home, worker, upstreamUrl, startGateway, close };
}
