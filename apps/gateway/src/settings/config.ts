// The environment, the command line and the upstreams' file → one checked configuration. The only reader of process.env
// here. What does not fit together is refused before anything listens.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { loadSettings, orExit, SettingsError, type Values } from '@weir/infra/settings';
import { providerOf, SIMULATOR } from '@weir/ledger/prices';
import type { Routing } from '../routing/directory.ts';
import { BASE_URL_IS, HEADER_SAFE, isBaseUrl } from '../upstream/upstream.ts';
import { gatewaySettings } from './settings.ts';
import { parseUpstreamsFile, type UpstreamDefaults } from './upstreams-file.ts';

type Settings = Values<typeof gatewaySettings>;

export type GatewayConfig = Settings & { readonly routing: Routing };

export function loadConfig(): GatewayConfig {
  const settings = loadSettings(gatewaySettings, {
    command: 'npm run gateway --',
    summary: 'the relay. Needs an upstream: UPSTREAM_URL, or a file in WEIR_CONFIG (see weir.example.yaml).',
  });
  return orExit(() => checked({ ...settings, routing: routingOf(settings) }));
}

function routingOf(settings: Settings): Routing {
  const {
    WEIR_CONFIG: file,
    UPSTREAM_URL: url,
    SIMULATOR_URL: simulator,
  } = onlyOneOf({
    WEIR_CONFIG: settings.configFile,
    UPSTREAM_URL: settings.upstreamUrl,
    SIMULATOR_URL: settings.simulatorUrl,
  });
  if (file !== undefined) {
    return parseUpstreamsFile(readFile(file), { name: file, env: process.env, defaults: defaultsOf(settings) });
  }
  if (simulator !== undefined) {
    return routingTo({ name: SIMULATOR, url: simulator, variable: 'SIMULATOR_URL', pricedAs: SIMULATOR }, settings);
  }
  if (url === undefined) {
    throw new SettingsError(['UPSTREAM_URL (or WEIR_CONFIG) must name an upstream, as in https://api.openai.com/v1']);
  }
  return routingTo({ name: 'default', url, variable: 'UPSTREAM_URL', pricedAs: providerOf(url) }, settings);
}

/** The same, if at most one of them is set. */
function onlyOneOf<T extends Record<string, string | undefined>>(variables: T): T {
  const set = Object.keys(variables).filter((name) => variables[name] !== undefined);
  if (set.length <= 1) return variables;
  throw new SettingsError([
    `${set.join(' and ')} are ${set.length === 2 ? 'both' : 'all'} set: name the upstreams in one place`,
  ]);
}

interface OnlyUpstream {
  readonly name: string;
  readonly url: string;
  readonly variable: string;
  readonly pricedAs: string | null;
}

function routingTo({ variable, ...only }: OnlyUpstream, settings: Settings): Routing {
  if (!isBaseUrl(only.url)) throw new SettingsError([`${variable} must be ${BASE_URL_IS}`]);
  const apiKey = settings.upstreamApiKey;
  if (apiKey !== undefined && !HEADER_SAFE.test(apiKey)) {
    throw new SettingsError(['UPSTREAM_API_KEY must be ASCII without spaces']);
  }
  const upstream = { ...only, apiKey, ...defaultsOf(settings) };
  return { upstreams: [upstream], models: [{ match: '*', upstream: only.name }], prices: [] };
}

function defaultsOf(settings: Settings): UpstreamDefaults {
  const { onDisconnect, connectTimeoutMs, headersTimeoutMs, idleTimeoutMs, drainTimeoutMs } = settings;
  return { onDisconnect, connectTimeoutMs, headersTimeoutMs, idleTimeoutMs, drainTimeoutMs };
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError([`WEIR_CONFIG: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
}

function checked(config: GatewayConfig): GatewayConfig {
  const paying = config.routing.upstreams.find((upstream) => upstream.apiKey !== undefined);
  if (paying !== undefined && config.gatewayKeys.length === 0 && !isLoopback(config.host)) {
    throw new SettingsError([
      `GATEWAY_KEYS must be set: upstream "${paying.name}" is paid with a key of the gateway's own, and HOST ` +
        `${config.host} lets others than this machine spend it`,
    ]);
  }
  return config;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
