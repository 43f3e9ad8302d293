// What stands in files beside the settings: upstreams, models and prices, and the gateway's keys. They are read at start,
// and again on SIGHUP. What does not fit together is refused.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { SettingsError, type Values } from '@weir/infra/settings';
import { providerOf } from '@weir/ledger/prices';
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
  const { configFile, upstreamUrl } = settings;
  if (configFile !== undefined && upstreamUrl !== undefined) {
    throw new SettingsError(['WEIR_CONFIG and UPSTREAM_URL are both set: name the upstreams in one place']);
  }
  if (configFile !== undefined) {
    return parseUpstreamsFile(readFile('WEIR_CONFIG', configFile), {
      name: configFile,
      env: process.env,
      defaults: defaultsOf(settings),
    });
  }
  if (upstreamUrl === undefined) {
    throw new SettingsError(['UPSTREAM_URL (or WEIR_CONFIG) must name an upstream, as in https://api.openai.com/v1']);
  }
  if (!isBaseUrl(upstreamUrl)) throw new SettingsError([`UPSTREAM_URL must be ${BASE_URL_IS}`]);
  const apiKey = settings.upstreamApiKey;
  if (apiKey !== undefined && !HEADER_SAFE.test(apiKey)) {
    throw new SettingsError(['UPSTREAM_API_KEY must be ASCII without spaces']);
  }
  const upstream = {
    name: 'default',
    url: upstreamUrl,
    apiKey,
    pricedAs: providerOf(upstreamUrl),
    ...defaultsOf(settings),
  };
  return { upstreams: [upstream], models: [{ match: '*', upstream: 'default' }], prices: [], passThrough: [] };
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
