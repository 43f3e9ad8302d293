// A configuration → a gateway that listens, and drains on SIGTERM. One of many is kept by a primary, which serves the
// metrics of all, and says when to stop.
import { once } from 'node:events';
import { hostname } from 'node:os';
import { createLog } from '@weir/infra/log';
import { createRegistry, serveMetrics } from '@weir/infra/metrics';
import { listenForStop } from '@weir/infra/stop';
import { endOnFailure } from '@weir/infra/stop/on-failure';
import { assembleGateway } from '../assemble.ts';
import { type Heard, obeyPrimary } from '../cluster/primary-channel.ts';
import type { GatewayConfig } from '../settings/config.ts';
import { createApp } from './app.ts';
import { listen, listeningServer } from './listener.ts';
import { reloadAtEach } from './reload.ts';
import { createListener } from './server.ts';
import { stopGateway } from './shutdown.ts';
import { announce, refuseToStart } from './startup.ts';

/** Who says that there is another configuration: the operator, or, to one of many, the primary. */
type Told = { readonly hangups: AsyncIterable<unknown> } | { readonly heard: Heard };

export async function serve(config: GatewayConfig, told: Told): Promise<never> {
  const isOneOfMany = 'heard' in told;
  const name = instanceName();
  const log = createLog({ app: 'gateway', level: config.logLevel, instance: isOneOfMany ? name : undefined });
  endOnFailure(log);
  const registry = createRegistry();
  const primary = isOneOfMany ? obeyPrimary(told.heard, registry) : undefined;
  const stopping = AbortSignal.any([listenForStop(), ...(primary ? [primary.stopping] : [])]);
  const closed = new AbortController();
  const around = { name, log, registry, stopping, closed: closed.signal };
  const gateway = await assembleGateway(config, around).catch(refuseToStart);

  const { host, port, metricsHost, metricsPort, shutdownGraceMs: graceMs, shutdownTimeoutMs: timeoutMs } = config;
  primary?.onConfigured(gateway.replace);
  if (!isOneOfMany) void reloadAtEach(told.hangups, { settings: config, log, registry, take: gateway.replace });
  const server = createListener(createApp(gateway), config, registry);
  const url = await listen(server, { host, port, isShared: isOneOfMany }).catch(refuseToStart);
  if (primary) primary.sayReady({ url, instance: name });
  else {
    const metrics = await serveMetrics({ registry, host: metricsHost, port: metricsPort }).catch(refuseToStart);
    announce(config, { log, url, metricsUrl: metrics.url });
  }

  if (!stopping.aborted) await once(stopping, 'abort');
  log.info({ open: gateway.inFlight.count }, 'gateway.stopping');
  const unsettled = await stopGateway({ server: listeningServer(server), gateway, closed, graceMs, timeoutMs });
  log.info({ unsettled }, 'gateway.stopped');
  process.exit(unsettled === 0 ? 0 : 1);
}

/** One name a process: two gateways on one host are two, and so is one that was started again. */
const instanceName = (): string => `${hostname()}-${process.pid}-${Date.now().toString(36)}`;
