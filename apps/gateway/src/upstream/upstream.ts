// One provider to ask: where it is, what it wants to be told, how long it is waited for. Owns its connections.
import { buildConnector, Pool } from 'undici';
import { passOver100 } from './pass-over-100.ts';

export interface UpstreamSettings {
  readonly name: string;
  /** Ends in the version segment, as the SDKs' `baseURL` does. */
  readonly url: string;
  /** Absent: the caller's own credential is forwarded. */
  readonly apiKey?: string | undefined;
  /** Whose price list applies; null: the model's name decides. */
  readonly pricedAs: string | null;
  readonly onDisconnect: 'drain' | 'abort';
  /** A caller that wants `abort` gets it, though this upstream's policy is `drain`. */
  readonly callerMayAbort: boolean;
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly drainTimeoutMs: number;
}

/** What a key must be to go into a header. */
export const HEADER_SAFE = /^[\x21-\x7e]+$/;

export const BASE_URL_IS = "an http(s) URL that ends in its version segment, as the SDKs' baseURL does, and no more";

export function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && [username, password, search, hash].every((part) => part === '');
}

export interface Upstream extends UpstreamSettings {
  readonly pool: Pool;
  readonly basePath: string;
}

export function createUpstream(settings: UpstreamSettings): Upstream {
  const { origin, pathname } = new URL(settings.url);
  const pool = new Pool(origin, {
    allowH2: false, // one stream a connection: a slow client must not hold up its neighbours' frames
    connect: connectorOf(settings),
    headersTimeout: settings.headersTimeoutMs,
    bodyTimeout: settings.idleTimeoutMs,
  });
  return { ...settings, pool, basePath: pathname.replace(/\/+$/, '') };
}

function connectorOf({ connectTimeoutMs: timeout }: UpstreamSettings): buildConnector.connector {
  const connect = buildConnector({ timeout, allowH2: false });
  return (options, done) =>
    connect(options, (...[error, socket]) => {
      if (error === null) done(null, passOver100(socket));
      else done(error, null);
    });
}
