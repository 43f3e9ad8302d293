// How a start ends: the gateway serves and says where, or it says in one sentence why it does not.
import type { Log } from '@weir/infra/log';
import type { GatewayConfig } from '../settings/config.ts';

interface Served {
  readonly log: Log;
  readonly url: string;
  readonly metricsUrl: string;
}

export function announce({ routing, gatewayKeys, host }: GatewayConfig, { log, url, metricsUrl }: Served): void {
  const { upstreams } = routing;
  log.info({ url, metrics_url: metricsUrl, upstreams: upstreams.map(({ name }) => name) }, 'gateway.listening');
  const isPaidFor = upstreams.some(({ apiKey }) => apiKey !== undefined);
  if (isPaidFor && gatewayKeys.length === 0) log.warn({ host }, 'gateway.keys_missing'); // anybody here may spend
  process.send?.({ ready: true, url, metricsUrl }, () => undefined); // a parent that is gone need not hear it
}

export function refuseToStart(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
