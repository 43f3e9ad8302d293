// The recipe of `npm start`: database, migrations, simulator, worker, gateway. What is given is used, what is not given
// is brought along.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, type AppStart, startApp } from './app.ts';
import { endedWell, inWords, runToEnd } from './child.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { Problem } from './problem.ts';
import type { Progress } from './progress.ts';
import type { Run } from './run.ts';
import type { LocalSettings } from './settings.ts';

export interface Everything {
  readonly gateway: App;
  readonly worker: App;
  readonly databaseUrl: string;
}

export interface BringUp {
  readonly settings: LocalSettings;
  readonly gatewayArgs: readonly string[];
  readonly run: Run;
  readonly progress: Progress;
}

export async function bringUp({ settings, gatewayArgs, run, progress }: BringUp): Promise<Everything> {
  const databaseUrl = settings.databaseUrl ?? (await bringPostgres(settings, run));
  const env = environmentOf(settings, databaseUrl);
  await progress.step(
    'migrations',
    () => migrate(env, run),
    () => 'applied',
  );
  const isAnswered = hasProvider(settings) || settings.simulatorUrl !== undefined;
  const upstream = isAnswered ? {} : await bringSimulator(settings, env, run);
  const worker = await bringApp(
    { name: 'worker', env: { ...env, METRICS_PORT: String(workerMetricsPort(settings)) } },
    run,
  );
  const gateway = await bringApp({ name: 'gateway', args: gatewayArgs, env: { ...env, ...upstream } }, run);
  return { gateway, worker, databaseUrl };
}

export const hasProvider = ({ upstreamUrl, weirConfig }: LocalSettings): boolean =>
  upstreamUrl !== undefined || weirConfig !== undefined;

/** Next to the gateway's, as in the defaults; 0 takes a free one for both. */
export const workerMetricsPort = ({ metricsPort }: LocalSettings): number => (metricsPort === 0 ? 0 : metricsPort + 1);

async function bringPostgres({ weirDir, postgresPort }: LocalSettings, run: Run): Promise<string> {
  const directory = join(weirDir, 'postgres');
  const start = () => startEmbeddedPostgres({ directory, port: postgresPort, ...run });
  const { url } = await run.join('PostgreSQL', start, (server) => `${new URL(server.url).host}, data in ${directory}`);
  return url;
}

/** The app's own settings are in the environment already; here are those that this run decides. */
function environmentOf(settings: LocalSettings, databaseUrl: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...(settings.redisUrl && { REDIS_URL: settings.redisUrl }),
    ...(settings.upstreamUrl && { UPSTREAM_URL: settings.upstreamUrl }),
    ...(settings.simulatorUrl && { SIMULATOR_URL: settings.simulatorUrl }),
    ...(settings.weirConfig && { WEIR_CONFIG: settings.weirConfig }),
    DATABASE_URL: databaseUrl,
    QUEUE_PREFIX: settings.queuePrefix,
    LOG_LEVEL: settings.logLevel,
    HOST: settings.host,
    PORT: String(settings.port),
    METRICS_HOST: settings.metricsHost,
    METRICS_PORT: String(settings.metricsPort),
    SPOOL_DIR: process.env['SPOOL_DIR'] ?? join(settings.weirDir, 'spool'),
    UPLOAD_DIR: process.env['UPLOAD_DIR'] ?? join(settings.weirDir, 'uploads'),
    SHUTDOWN_GRACE_MS: process.env['SHUTDOWN_GRACE_MS'] ?? '0', // there is no balancer that must notice
  };
}

async function migrate(env: NodeJS.ProcessEnv, { stopping }: Run): Promise<void> {
  const main = fileURLToPath(new URL('../migrate/main.ts', import.meta.url));
  const { ending, output } = await runToEnd(process.execPath, [main], { env, detached: true, signal: stopping });
  stopping.throwIfAborted();
  if (!endedWell(ending)) throw new Problem([output.trim(), `The migrations ${inWords(ending)}.`]);
}

async function bringSimulator(settings: LocalSettings, env: NodeJS.ProcessEnv, run: Run): Promise<NodeJS.ProcessEnv> {
  const loopback = { HOST: '127.0.0.1', PORT: String(settings.simulatorPort) };
  const { url } = await bringApp({ name: 'simulator', env: { ...env, ...loopback } }, run);
  return { SIMULATOR_URL: new URL('/v1', url).href };
}

function bringApp(app: Pick<AppStart, 'name' | 'args' | 'env'>, run: Run): Promise<App> {
  return run.join(
    app.name,
    () => startApp({ ...app, ...run }),
    ({ url }) => url ?? 'ready',
  );
}
