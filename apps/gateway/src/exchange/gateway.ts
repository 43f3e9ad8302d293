// The parts that all exchanges of one gateway share.
import type { Log } from '@weir/infra/log';
import type { GatewayMetrics } from '../metrics.ts';
import type { Directory } from '../upstream/directory.ts';
import type { Admission } from './admit.ts';
import type { ChannelLimits } from './channel.ts';
import type { Drains } from './drains.ts';
import type { InFlight } from './in-flight.ts';
import type { Stages } from './relay.ts';

export interface Gateway {
  readonly directory: Directory;
  readonly admission: Admission;
  readonly stages: Stages;
  readonly drains: Drains;
  readonly inFlight: InFlight;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
  readonly options: GatewayOptions;
  /** Told to stop: what is under way may end, and nothing new begins. */
  readonly stopping: AbortSignal;
}

export interface GatewayOptions {
  readonly stripUsageFrame: 'never' | 'unrequested' | 'always';
  readonly trailingMetadata: boolean;
  readonly clientStallMs: number;
  readonly maxBodyBytes: number;
  readonly channelLimits: ChannelLimits;
}
