// env → gateway → listen → drain on SIGTERM.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLog } from '@weir/infra/log';
import { createRegistry, serveMetrics } from '@weir/infra/metrics';
import { listenForStop } from '@weir/infra/stop';
import { createApp } from './app.ts';
import { assembleGateway } from './assemble.ts';
import { loadConfig } from './config.ts';
import { doorOf } from './door.ts';
import { stopGateway } from './stop.ts';

// Longer than the idle time of common load balancers (60 s): it is they who must end an idle connection, or a request
// of theirs meets one that was just closed.
const KEEP_ALIVE_MS = 75_000;

const config = loadConfig();
const log = createLog({ app: 'gateway', level: config.logLevel });
const registry = createRegistry();
const stopping = listenForStop();
const closed = new AbortController();
const gateway = await assembleGateway(config, { log, registry, stopping, closed: closed.signal }).catch(refuseToStart);

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, createApp(gateway));
await Promise.all([listening(server), serveMetrics({ registry, host: config.host, port: config.metricsPort })])
  .then(([url, metrics]) => announce(url, metrics.url))
  .catch(refuseToStart);

if (!stopping.aborted) await once(stopping, 'abort');
await stop();

function listening(server: Server): Promise<string> {
  const { host, port } = config;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be had (${error.code})`;
      reject(new Error(`PORT ${port} on ${host} ${why}: name another one`, { cause: error }));
    });
    server.listen(port, host, () => resolve(urlOf(host, (server.address() as AddressInfo).port)));
  });
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function announce(url: string, metricsUrl: string): void {
  log.info(
    { url, metrics_url: metricsUrl, upstreams: config.routing.upstreams.map(({ name }) => name) },
    'gateway.listening',
  );
  const isPaidFor = config.routing.upstreams.some(({ apiKey }) => apiKey !== undefined);
  if (isPaidFor && config.gatewayKeys.length === 0) log.warn({ host: config.host }, 'gateway.keys_missing'); // anybody here may spend
  process.send?.({ ready: true, url, metricsUrl });
}

function refuseToStart(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

async function stop(): Promise<void> {
  log.info({ open: gateway.inFlight.count }, 'gateway.stopping');
  const unsettled = await stopGateway({
    door: doorOf(server),
    gateway,
    closed,
    graceMs: config.shutdownGraceMs,
    timeoutMs: config.shutdownTimeoutMs,
  });
  log.info({ unsettled }, 'gateway.stopped');
  process.exit(unsettled === 0 ? 0 : 1);
}
