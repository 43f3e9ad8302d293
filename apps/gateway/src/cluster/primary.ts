// WEB_CONCURRENCY gateways on one port, each a process with a name and a place in the spool of its own, and this one,
// which relays nothing: it starts, replaces and stops them, and serves their metrics as one.
import { createLog } from '@weir/infra/log';
import { createRegistry, serveMetrics } from '@weir/infra/metrics';
import { listenForStop } from '@weir/infra/stop';
import { endOnFailure } from '@weir/infra/stop/on-failure';
import { Gauge, type Registry } from 'prom-client';
import { demandFree } from '../http/listener.ts';
import { reloadAtEach } from '../http/reload.ts';
import { longestStopMs } from '../http/shutdown.ts';
import { announce, refuseToStart } from '../http/startup.ts';
import type { GatewayConfig } from '../settings/config.ts';
import type { Configured } from '../settings/configured.ts';
import { Fleet } from './fleet.ts';
import { GatewayProcess } from './gateway-process.ts';
import { createSummedMetrics } from './summed-metrics.ts';

// It hears of the end later than the others do, and of theirs.
const MOMENT_MS = 1000;

export async function runPrimary(config: GatewayConfig, hangups: AsyncIterable<unknown>): Promise<never> {
  const log = createLog({ app: 'gateway', level: config.logLevel });
  endOnFailure(log);
  const own = createRegistry();
  let configured: Configured = { routing: config.routing, keys: config.keys };
  const metrics = createSummedMetrics({ own, sources: () => fleet.members });
  const fleet = new Fleet({
    count: config.webConcurrency,
    start: () => new GatewayProcess(() => configured),
    stopWithinMs: longestStopMs({ graceMs: config.shutdownGraceMs, timeoutMs: config.shutdownTimeoutMs }) + MOMENT_MS,
    log,
    onFull: (url) => announce(config, { log, url, metricsUrl }),
    onGone: metrics.outlive,
  });
  countServing(own, fleet);
  void reloadAtEach(hangups, {
    settings: config,
    log,
    registry: own,
    take(next) {
      configured = next; // and so whoever is started from now on has it
      return fleet.configure(next);
    },
  });
  const stopping = listenForStop(() => fleet.kill());

  const { host, port, metricsHost, metricsPort } = config;
  const health = () => (fleet.serving === 0 ? 'no gateway serves' : undefined);
  await demandFree({ host, port }).catch(refuseToStart);
  const { url: metricsUrl } = await serveMetrics({
    registry: metrics,
    host: metricsHost,
    port: metricsPort,
    health,
  }).catch(refuseToStart);

  const stop = () => {
    log.info({ processes: fleet.members.size }, 'gateway.stopping');
    fleet.stop();
  };
  if (stopping.aborted) process.exit(0);
  stopping.addEventListener('abort', stop);
  const code = await fleet.run();
  log.info({ code }, 'gateway.stopped');
  process.exit(code);
}

function countServing(registry: Registry, fleet: Fleet): void {
  new Gauge({
    name: 'weir_gateway_processes',
    help: 'How many of the WEB_CONCURRENCY processes serve.',
    registers: [registry],
    collect() {
      this.set(fleet.serving);
    },
  });
}
