// Which headers go upstream, and which come back: all but those that are listed here. Neither side sees what belongs to one
// connection only, what is said to the gateway itself, or what says of one side what the other has no business with.
import type { IncomingHttpHeaders } from 'node:http';

type Headers = Record<string, string | string[]>;

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Each is written anew from what is really sent: the body may have been changed, or unpacked. */
export const WRITTEN_ANEW: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  'host',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'expect',
]);

// Where the caller is, how it came here, and what its browser or its tracing adds of itself.
const OF_THE_CALLER = [
  'cookie',
  'cookie2',
  'from',
  'forwarded',
  'x-forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'fastly-client-ip',
  'fly-client-ip',
  'x-azure-clientip',
  'x-appengine-user-ip',
  'x-envoy-external-address',
  'referer',
  'origin',
  'baggage',
];

const OF_A_KIND = /^(?:x-forwarded|sec-fetch|sec-ch)-/;

// They would have a provider do, or say, something else than what was read here: an answer without its usage, or a list of
// models that is a call of another method or path.
const OTHER_CALL = [
  'x-goog-fieldmask',
  'x-goog-encode-response-if-executable',
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
];

const NOT_UPSTREAM = new Set([...WRITTEN_ANEW, ...OF_THE_CALLER, ...OTHER_CALL]);

// Whose pages may read an answer is said of the provider's origin, and does not hold for the gateway's.
const CORS = ['origin', 'credentials', 'headers', 'methods'].map((what) => `access-control-allow-${what}`);

// Whose account it is, and what the provider's server says of itself, or to browsers of a host that is not this one.
const NOT_DOWNSTREAM = new Set([
  ...HOP_BY_HOP,
  'content-length',
  'content-encoding',
  ...CORS,
  'access-control-expose-headers',
  'access-control-max-age',
  'set-cookie',
  'set-cookie2',
  'server',
  'alt-svc',
  'strict-transport-security',
  'clear-site-data',
  'via',
  'x-powered-by',
  'location',
  'openai-organization',
  'openai-project',
  'anthropic-organization-id',
  'anthropic-workspace-id',
  'x-goog-user-project',
]);

/** What the operator adds to the headers of a request, and takes from them. */
export interface HeaderChanges {
  readonly drop: readonly string[];
  readonly add: Readonly<Record<string, string>>;
}

export const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'] as const;

/** What a caller does not say where the gateway pays: its key, and whose account it is to be charged to. */
export const PAYER_HEADERS: readonly string[] = [
  ...CREDENTIAL_HEADERS,
  'openai-organization',
  'openai-project',
  'chatgpt-account-id',
  'anthropic-organization-id',
  'anthropic-workspace-id',
  'x-goog-user-project',
  'ocp-apim-subscription-key',
  'cf-aig-authorization',
];

export function upstreamHeaders(caller: IncomingHttpHeaders, change: HeaderChanges): Headers {
  const headers = copyWithout(caller, isNeverSent, change.drop);
  headers['accept-encoding'] = 'identity'; // a body that is metered must be read: it is asked for unpacked
  return Object.assign(headers, change.add);
}

const isNeverSent = (name: string): boolean => NOT_UPSTREAM.has(name) || OF_A_KIND.test(name);

export const downstreamHeaders = (upstream: IncomingHttpHeaders): Headers =>
  copyWithout(upstream, (name) => NOT_DOWNSTREAM.has(name), []);

function copyWithout(
  headers: IncomingHttpHeaders,
  isNeverCopied: (name: string) => boolean,
  others: readonly string[],
): Headers {
  const dropped = headers.connection === undefined ? others : [...others, ...listed(headers.connection)];
  const copy: Headers = {};
  for (const [name, value] of Object.entries(headers)) {
    const known = name.includes('_') ? name.replaceAll('_', '-') : name; // some servers take one for the other
    if (value === undefined || isNeverCopied(known) || known.startsWith('x-weir-')) continue;
    if (dropped.includes(name) || dropped.includes(known)) continue;
    copy[name] = value;
  }
  return copy;
}

/** A connection names the headers that are its own. */
const listed = (connection: string): string[] =>
  String(connection)
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
