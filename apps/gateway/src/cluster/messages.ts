// What a primary and its gateways say to each other.
import type { Registry } from 'prom-client';

export type Metrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

export interface Ready {
  readonly url: string;
  readonly instance: string;
}

export type ToGateway = 'stop' | 'metrics';

export type ToPrimary = { readonly ready: Ready } | { readonly metrics: Metrics };
