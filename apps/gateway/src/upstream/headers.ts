// Which headers go upstream, and which come back. Neither side sees what belongs to one connection only, nor what is
// said to the gateway itself.
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

// Besides, each is written anew from what is really sent: the body may have been changed, or unpacked.
const NOT_UPSTREAM = new Set([
  ...HOP_BY_HOP,
  'host',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'expect',
]);
// Whose pages may read an answer is said of the provider's origin, and does not hold for the gateway's.
const CORS = ['origin', 'credentials', 'headers', 'methods'].map((what) => `access-control-allow-${what}`);
const NOT_DOWNSTREAM = new Set([
  ...HOP_BY_HOP,
  'content-length',
  'content-encoding',
  ...CORS,
  'access-control-expose-headers',
  'access-control-max-age',
]);

export const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'] as const;

export function upstreamHeaders(
  caller: IncomingHttpHeaders,
  credentials: { drop: readonly string[]; add: Record<string, string> },
): Headers {
  const headers = copyWithout(caller, NOT_UPSTREAM, credentials.drop);
  headers['accept-encoding'] = 'identity'; // a body that is metered must be read: it is asked for unpacked
  return Object.assign(headers, credentials.add);
}

export const downstreamHeaders = (upstream: IncomingHttpHeaders): Headers => copyWithout(upstream, NOT_DOWNSTREAM, []);

function copyWithout(headers: IncomingHttpHeaders, never: ReadonlySet<string>, others: readonly string[]): Headers {
  const dropped = headers.connection === undefined ? others : [...others, ...listed(headers.connection)];
  const copy: Headers = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || never.has(name) || dropped.includes(name) || name.startsWith('x-weir-')) continue;
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
