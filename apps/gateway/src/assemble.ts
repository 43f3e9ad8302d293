// A configuration → the gateway's parts, put together. Nothing listens yet.
import { hostname } from 'node:os';
import type { Log } from '@weir/infra/log';
import { openQueue } from '@weir/infra/queue';
import { createErrorLog } from '@weir/infra/queue/error-log';
import type { Registry } from 'prom-client';
import type { GatewayConfig } from './config.ts';
import { createAdmission } from './exchange/admit.ts';
import { Drains } from './exchange/drains.ts';
import type { Gateway, GatewayOptions } from './exchange/gateway.ts';
import { InFlight } from './exchange/in-flight.ts';
import { createOpen } from './exchange/open.ts';
import { createSettle } from './exchange/settle.ts';
import { createGatewayMetrics } from './metrics.ts';
import type { Outbox } from './outbox/outbox.ts';
import { createQueueOutbox } from './outbox/queue-outbox.ts';
import { createDirectory } from './upstream/directory.ts';
import { createUpstream } from './upstream/upstream.ts';

export function assembleGateway(
  config: GatewayConfig,
  { log, registry, stopping }: { log: Log; registry: Registry; stopping: AbortSignal },
): { gateway: Gateway; outbox: Outbox } {
  const drains = new Drains(config.maxDrains);
  const inFlight = new InFlight();
  const metrics = createGatewayMetrics(registry, { open: () => inFlight.count, draining: () => drains.open });
  const outbox = createQueueOutbox(queueOf(config, log), log);
  const admission = createAdmission(config.gatewayKeys);
  const { upstreams, ...rules } = config.routing;
  const gateway: Gateway = {
    directory: createDirectory(upstreams.map(createUpstream), rules),
    admission,
    stages: {
      open: createOpen(admission),
      settle: createSettle({ gateway: instanceName(), outbox, log, metrics }),
      maxFrameBytes: config.maxFrameBytes,
      maxBodyBytes: config.maxBodyBytes,
    },
    drains,
    inFlight,
    log,
    metrics,
    stopping,
    options: optionsOf(config),
  };
  return { gateway, outbox };
}

function queueOf({ redisUrl, databaseUrl, queuePrefix }: GatewayConfig, log: Log) {
  const location = { redisUrl, databaseUrl, prefix: queuePrefix };
  return openQueue(location, createErrorLog(log));
}

function optionsOf(config: GatewayConfig): GatewayOptions {
  const { stripUsageFrame, trailingMetadata, clientStallMs, maxBodyBytes } = config;
  const channelLimits = { maxChunks: config.channelChunks, maxBytes: config.channelBytes };
  return { stripUsageFrame, trailingMetadata, clientStallMs, maxBodyBytes, channelLimits };
}

/** One name a process: two gateways on one host are two, and so is one that was started again. */
const instanceName = (): string => `${hostname()}-${process.pid}-${Date.now().toString(36)}`;
