// The parts that all exchanges of one gateway share.
import type { Log } from '@weir/infra/log';
import type { Bodies } from '../body/bodies.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Rules } from '../rules.ts';
import type { UploadDir } from '../upload/upload-dir.ts';
import type { ChannelLimits } from './client/channel.ts';
import type { InFlight } from './in-flight.ts';
import type { Steps } from './relay.ts';
import type { Semaphore } from './semaphore.ts';

export interface Gateway {
  /** The instance's name in every row. */
  readonly name: string;
  /** Asked once for each request. */
  current(): Rules;
  readonly steps: Steps;
  readonly outbox: Outbox;
  readonly streams: Semaphore;
  readonly bodies: Bodies;
  readonly uploadDir: UploadDir;
  readonly drains: Semaphore;
  readonly inFlight: InFlight;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
  readonly options: GatewayOptions;
  /** SIGTERM was received: /readyz fails, but requests that still arrive are served. */
  readonly stopping: AbortSignal;
  /** Nothing new begins any more. */
  readonly closed: AbortSignal;
}

export interface GatewayOptions {
  readonly stripUsageFrame: 'never' | 'unrequested' | 'always';
  readonly trailingMetadata: boolean;
  readonly clientStallMs: number;
  readonly keepaliveMs: number;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  /** Whose pages may ask. */
  readonly corsOrigins: readonly string[];
  /** What this listener is called, beside `localhost` and addresses. */
  readonly ownHosts: readonly string[];
  readonly maxUploadBytes: number;
  readonly channelLimits: ChannelLimits;
}
