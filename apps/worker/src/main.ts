// The process: settings in, metrics served, the worker run until told to stop. What is away at start is waited for; what
// is in hand at the end is written or given back.
import { once } from 'node:events';
import { createLog } from '@weir/infra/log';
import { createRegistry, serveMetrics } from '@weir/infra/metrics';
import { listenForStop } from '@weir/infra/stop';
import { endOnFailure } from '@weir/infra/stop/on-failure';
import { waitAtMost } from '@weir/infra/time';
import { loadWorkerSettings } from './config.ts';
import { Health } from './health/health.ts';
import { createWorker } from './worker.ts';

const settings = loadWorkerSettings();
const log = createLog({ app: 'worker', level: settings.logLevel });
endOnFailure(log);
const stopping = listenForStop();
const registry = createRegistry();
const health = new Health(performance.now());
const metricsUrl = await serveOrExit();
const worker = createWorker(settings, { log, registry, health, stopping });

await Promise.race([worker.start(), stopped()]);
if (!stopping.aborted) {
  log.info({ metrics_url: metricsUrl }, 'worker.ready');
  process.send?.({ ready: true, metricsUrl }, () => undefined); // a parent that is gone need not hear it
}
await stopped();
log.info('worker.stopping');
const inTime = await waitAtMost(settings.shutdownTimeoutMs, worker.stop());
if (inTime) log.info('worker.stopped');
else log.error({ shutdownTimeoutMs: settings.shutdownTimeoutMs }, 'worker.stop_timeout');
process.exit(inTime ? 0 : 1);

async function serveOrExit(): Promise<string> {
  try {
    const lack = () => health.lackAt(performance.now());
    return (await serveMetrics({ registry, host: settings.metricsHost, port: settings.metricsPort, health: lack })).url;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

async function stopped(): Promise<void> {
  if (!stopping.aborted) await once(stopping, 'abort');
}
