// How a start ends: the gateway serves and says where, or it says in one sentence why it does not.
import type { Log } from '@weir/infra/log';
import { fingerprintOf } from '../admission/presented.ts';
import type { GatewayConfig } from '../settings/config.ts';
import { type Configured, isLoopback } from '../settings/configured.ts';

interface Served {
  readonly log: Log;
  readonly url: string;
  readonly metricsUrl: string;
}

export function announce({ routing, keys, host }: GatewayConfig, { log, url, metricsUrl }: Served): void {
  const { upstreams } = routing;
  log.info({ url, metrics_url: metricsUrl, ...summaryOf({ routing, keys }) }, 'gateway.listening');
  const isPaidFor = upstreams.some(({ apiKey }) => apiKey !== undefined);
  const isOpen = keys.length === 0 && !isLoopback(host);
  if (isOpen)
    log.warn({ host }, 'gateway.open'); // whoever reaches it
  else if (isPaidFor && keys.length === 0) log.warn({ host }, 'gateway.keys_missing'); // anybody here may spend
  process.send?.({ ready: true, url, metricsUrl }, () => undefined); // a parent that is gone need not hear it
}

/** Of what may be read again: names, and of keys what rows call them. */
export function summaryOf({ routing, keys }: Configured): object {
  const named = keys.filter(({ name }) => name !== null);
  const names = named.map(({ name, key }) => [fingerprintOf({ weirKey: key, credential: null }), name]);
  return {
    upstreams: routing.upstreams.map(({ name }) => name),
    keys: keys.length,
    ...(names.length > 0 && { key_names: Object.fromEntries(names) }),
  };
}

export function refuseToStart(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
