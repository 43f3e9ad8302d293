// How a start ends: the gateway serves and says where, or it says in one sentence why it does not.
import type { Log } from '@weir/infra/log';
import { fingerprintOf } from '../admission/presented.ts';
import type { Routing } from '../routing/directory.ts';
import type { GatewayConfig } from '../settings/config.ts';
import { type Configured, isLoopback } from '../settings/configured.ts';

interface Served {
  readonly log: Log;
  readonly url: string;
  readonly metricsUrl: string;
}

export function announce({ routing, keys, host }: GatewayConfig, { log, url, metricsUrl }: Served): void {
  const { upstreams } = routing;
  const { pid } = process; // who reads the files again on SIGHUP
  log.info({ url, metrics_url: metricsUrl, pid, ...summaryOf({ routing, keys }) }, 'gateway.listening');
  const isPaidFor = upstreams.some(({ apiKey }) => apiKey !== undefined);
  const isOpen = keys.length === 0 && !isLoopback(host);
  if (isOpen)
    log.warn({ host, hint: CALLED_BY_ADDRESS }, 'gateway.open'); // whoever reaches it
  else if (isPaidFor && keys.length === 0) log.warn({ host }, 'gateway.keys_missing'); // anybody here may spend
  warnOfUrls(routing, log);
  process.send?.({ ready: true, url, metricsUrl }, () => undefined); // a parent that is gone need not hear it
}

const CALLED_BY_ADDRESS =
  'Whoever calls it by an address is let in; a call by a host name gets 403 unless PUBLIC_HOSTS has this name.';

const NO_VERSION =
  'The URL of this upstream has no path, so `/v1/chat/completions` goes there as `/chat/completions`. ' +
  'Where the provider wants a version, end the URL in it, as in https://api.openai.com/v1.';

/** The version in a caller's path is taken off. It may be right that there is none upstream, and most often it is not. */
export function warnOfUrls({ upstreams }: Routing, log: Pick<Log, 'warn'>): void {
  for (const { name: upstream, url } of upstreams) {
    if (new URL(url).pathname === '/') log.warn({ upstream, hint: NO_VERSION }, 'upstream.no_version');
  }
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
