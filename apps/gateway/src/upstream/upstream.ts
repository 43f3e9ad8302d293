// One provider to ask: where it is, what it wants to be told, how long it is waited for.
import type { Auth } from './auth.ts';
import { Connections } from './connections.ts';
import type { HeaderChanges } from './headers.ts';

export interface UpstreamSettings {
  readonly name: string;
  /** Ends in the version segment, as the SDKs' `baseURL` does. */
  readonly url: string;
  /** Present: the gateway pays. Absent: the caller's own credential is forwarded. */
  readonly apiKey?: string | undefined;
  /** How the key is sent; absent: as the API that is spoken has it. */
  readonly auth?: Auth | undefined;
  /** Of each request, beside what is never passed on; absent: none. */
  readonly headers?: HeaderChanges | undefined;
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
  readonly connections: Connections;
  readonly basePath: string;
  /** Hears the status with which this provider refused the gateway's own key. */
  readonly onKeyRefused: (status: number) => void;
}

interface UpstreamDeps extends Pick<Upstream, 'onKeyRefused'> {
  /** One of them that is the same place under the same name hands its connections on. */
  readonly known?: readonly Upstream[];
}

export function createUpstream(settings: UpstreamSettings, { onKeyRefused, known = [] }: UpstreamDeps): Upstream {
  const same = known.find((other) => WHERE_AND_HOW.every((what) => other[what] === settings[what]));
  const { pathname } = new URL(settings.url);
  return {
    ...settings,
    connections: same?.connections ?? new Connections(settings),
    basePath: pathname.replace(/\/+$/, ''),
    onKeyRefused,
  };
}

const WHERE_AND_HOW = ['name', 'url', 'connectTimeoutMs', 'headersTimeoutMs', 'idleTimeoutMs'] as const;
