// A configuration → the gateway's parts, put together. Nothing listens yet.
import type { Log } from '@weir/infra/log';
import { openSpool } from '@weir/infra/spool/open';
import type { Registry } from 'prom-client';
import { Bodies, readingBytesFor } from './body/bodies.ts';
import { sendRequest } from './exchange/attempt/send-request.ts';
import { createSettle } from './exchange/end/settle.ts';
import { InFlight } from './exchange/in-flight.ts';
import { Semaphore } from './exchange/semaphore.ts';
import type { Gateway, GatewayOptions } from './exchange/services.ts';
import { createGatewayMetrics } from './metrics.ts';
import { openOutbox } from './outbox/create-outbox.ts';
import { watchOutbox } from './outbox/outbox-metrics.ts';
import { createRules, type ReplaceableRules } from './rules.ts';
import type { GatewayConfig } from './settings/config.ts';
import { UploadDir } from './upload/upload-dir.ts';
import { REFUSES_KEY } from './upstream/send.ts';
import { createUpstream, type Upstream, type UpstreamSettings } from './upstream/upstream.ts';

interface AssembleOptions {
  /** The instance's, in every row. */
  readonly name: string;
  readonly log: Log;
  readonly registry: Registry;
  readonly stopping: AbortSignal;
  readonly closed: AbortSignal;
}

export async function assembleGateway(
  config: GatewayConfig,
  options: AssembleOptions,
): Promise<Gateway & ReplaceableRules> {
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
  await start();
  return {
    ...createRules(config, {
      passThrough: config.passThrough,
      connect: (settings, known) => connectTo(settings, known, { metrics, log }),
    }),
    steps: {
      open: sendRequest,
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

/** A key of the gateway's that is refused is for its operator to hear of. */
function connectTo(
  settings: UpstreamSettings,
  known: readonly Upstream[],
  { metrics, log }: Pick<Gateway, 'metrics' | 'log'>,
): Upstream {
  const { name: upstream, apiKey } = settings;
  // An alert sees a count rise, not begin.
  if (apiKey !== undefined) for (const status of REFUSES_KEY) metrics.keyRefused({ upstream, status }, 0);
  return createUpstream(settings, {
    known,
    onKeyRefused(status) {
      metrics.keyRefused({ upstream, status }, 1);
      log.error({ upstream, upstream_status: status }, 'upstream.credential_refused');
    },
  });
}

function optionsOf(config: GatewayConfig): GatewayOptions {
  const { stripUsageFrame, trailingMetadata, clientStallMs, keepaliveMs } = config;
  const { maxBodyBytes, bodyTimeoutMs, maxUploadBytes } = config;
  const channelLimits = { maxChunks: config.channelChunks, maxBytes: config.channelBytes };
  const names = { corsOrigins: config.corsOrigins, ownHosts: [config.host, ...config.publicHosts] };
  const ofBodies = { maxBodyBytes, bodyTimeoutMs, maxUploadBytes };
  return { stripUsageFrame, trailingMetadata, clientStallMs, keepaliveMs, ...ofBodies, channelLimits, ...names };
}
