// What a primary and its gateways say to each other.
import type { Registry } from 'prom-client';
import type { Configured } from '../settings/configured.ts';

export type Metrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

export interface Ready {
  readonly url: string;
  readonly instance: string;
}

/** The first that a gateway is told, when it listens, is by what it is configured. */
export type ToGateway = 'stop' | 'metrics' | { readonly configured: Configured };

export type ToPrimary = { readonly ready: Ready } | { readonly metrics: Metrics } | 'listening' | 'configured';
