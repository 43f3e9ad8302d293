// What stands in files beside the settings: upstreams, models and prices, and the gateway's keys. They are read at start,
// and again on SIGHUP. What does not fit together is refused.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { SettingsError, type Values } from '@weir/infra/settings';
import { providerOf, SIMULATOR } from '@weir/ledger/prices';
import type { Routing } from '../routing/directory.ts';
import { BASE_URL_IS, HEADER_SAFE, isBaseUrl } from '../upstream/upstream.ts';
import { type GatewayKey, parseKeysFile } from './keys-file.ts';
import type { gatewaySettings } from './settings.ts';
import { parseUpstreamsFile, type UpstreamDefaults } from './upstreams-file.ts';

export type Settings = Values<typeof gatewaySettings>;

export interface Configured {
  readonly routing: Routing;
  readonly keys: readonly GatewayKey[];
}

/** Throws a SettingsError that says what is wrong where. */
export function readConfigured(settings: Settings): Configured {
  const configured = { routing: routingOf(settings), keys: keysOf(settings) };
  if (configured.keys.length === 0) demandMeantOpen(settings);
  return configured;
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
    return parseUpstreamsFile(readFile('WEIR_CONFIG', file), {
      name: file,
      env: process.env,
      defaults: defaultsOf(settings),
    });
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
  return { upstreams: [upstream], models: [{ match: '*', upstream: only.name }], prices: [], passThrough: [] };
}

function defaultsOf(settings: Settings): UpstreamDefaults {
  const { onDisconnect, callerMayAbort, drainTimeoutMs } = settings;
  const { connectTimeoutMs, headersTimeoutMs, idleTimeoutMs } = settings;
  return { onDisconnect, callerMayAbort, drainTimeoutMs, connectTimeoutMs, headersTimeoutMs, idleTimeoutMs };
}

function keysOf({ gatewayKeys, gatewayKeysFile: file }: Settings): readonly GatewayKey[] {
  const given = gatewayKeys.map((key) => ({ name: null, key }));
  return file === undefined ? given : [...given, ...parseKeysFile(readFile('GATEWAY_KEYS_FILE', file), file)];
}

function readFile(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError([`${setting}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
}

function demandMeantOpen({ host, open }: Settings): void {
  if (open === 'yes' || isLoopback(host)) return;
  throw new SettingsError([
    `GATEWAY_KEYS (or GATEWAY_KEYS_FILE) must be set: HOST ${host} lets others than this machine in, and without keys ` +
      'whoever reaches it may use it. If that is meant, set OPEN=yes; else name keys, or leave HOST at 127.0.0.1',
  ]);
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
