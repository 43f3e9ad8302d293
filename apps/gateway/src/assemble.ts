// A configuration → the gateway's parts, put together. Nothing listens yet.
import type { Log } from '@weir/infra/log';
import { openSpool } from '@weir/infra/spool/open';
import type { Registry } from 'prom-client';
import { createAdmission } from './admission/admission.ts';
import { Bodies, readingBytesFor } from './body/bodies.ts';
import { createSendRequest } from './exchange/attempt/send-request.ts';
import { createSettle } from './exchange/end/settle.ts';
import { InFlight } from './exchange/in-flight.ts';
import { Semaphore } from './exchange/semaphore.ts';
import type { Gateway, GatewayOptions } from './exchange/services.ts';
import { createGatewayMetrics } from './metrics.ts';
import { openOutbox } from './outbox/create-outbox.ts';
import { watchOutbox } from './outbox/outbox-metrics.ts';
import { createDirectory } from './routing/directory.ts';
import { createPassRules } from './routing/pass-rules.ts';
import type { GatewayConfig } from './settings/config.ts';
import { UploadDir } from './upload/upload-dir.ts';
import { createUpstream } from './upstream/upstream.ts';

interface AssembleOptions {
  /** The instance's, in every row. */
  readonly name: string;
  readonly log: Log;
  readonly registry: Registry;
  readonly stopping: AbortSignal;
  readonly closed: AbortSignal;
}

export async function assembleGateway(config: GatewayConfig, options: AssembleOptions): Promise<Gateway> {
  const { name, log, registry } = options;
  const [streams, drains, inFlight] = [
    new Semaphore(config.maxStreams),
    new Semaphore(config.maxDrains),
    new InFlight(),
  ];
  const spool = await openSpool(config.spoolDir, { log });
  const { redisUrl, databaseUrl, queuePrefix: prefix } = config;
  const location = { redisUrl, databaseUrl, prefix };
  const { outbox: bare, state, start } = openOutbox({ gateway: name, location, spool, log });
  const outbox = watchOutbox(bare, { registry, openNow: () => inFlight.unsettled });
  const bodies = new Bodies(config.maxReadingBytes || readingBytesFor(config.webConcurrency));
  const uploadDir = new UploadDir(config.uploadDir, config.uploadDirBytes);
  const maxBodyBytes = Math.min(config.maxBodyBytes, bodies.maxBytes); // a larger one would be told to come again, for ever
  const counts = { bodies, uploadDir, open: () => inFlight.count, draining: () => drains.open };
  const now = { ...state, ...counts, spool: () => spool.stats(), kept: () => spool.kept() };
  const metrics = createGatewayMetrics(registry, now);
  const admission = createAdmission(config.gatewayKeys);
  const { upstreams, ...rules } = config.routing;
  await start();
  return {
    directory: createDirectory(upstreams.map(createUpstream), rules),
    admission,
    passageOf: createPassRules({ mode: config.passThrough, listed: config.routing.passThrough }),
    steps: {
      open: createSendRequest(admission),
      settle: createSettle({ outbox, log, metrics }),
      maxFrameBytes: config.maxFrameBytes,
      maxBodyBytes: config.maxBodyBytes,
      turns: bodies.turns,
    },
    outbox,
    streams,
    bodies,
    uploadDir,
    drains,
    inFlight,
    metrics,
    ...options,
    options: optionsOf({ ...config, maxBodyBytes }),
  };
}

function optionsOf(config: GatewayConfig): GatewayOptions {
  const { stripUsageFrame, trailingMetadata, clientStallMs, keepaliveMs } = config;
  const { maxBodyBytes, bodyTimeoutMs, maxUploadBytes } = config;
  const channelLimits = { maxChunks: config.channelChunks, maxBytes: config.channelBytes };
  const ofBodies = { maxBodyBytes, bodyTimeoutMs, maxUploadBytes };
  return { stripUsageFrame, trailingMetadata, clientStallMs, keepaliveMs, ...ofBodies, channelLimits };
}
