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

// Each is written anew from what is really sent: the body may have been changed, or unpacked.
const REWRITTEN_UPSTREAM = ['host', 'content-length', 'content-encoding', 'accept-encoding', 'expect'];
const REWRITTEN_DOWNSTREAM = ['content-length', 'content-encoding'];

export const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'] as const;

export function upstreamHeaders(
  caller: IncomingHttpHeaders,
  credentials: { drop: readonly string[]; add: Record<string, string> },
): Headers {
  const headers = copyWithout(caller, [...REWRITTEN_UPSTREAM, ...credentials.drop]);
  // A body that is metered must be read: it is asked for unpacked.
  return { ...headers, 'accept-encoding': 'identity', ...credentials.add };
}

export const downstreamHeaders = (upstream: IncomingHttpHeaders): Headers =>
  copyWithout(upstream, REWRITTEN_DOWNSTREAM);

function copyWithout(headers: IncomingHttpHeaders, names: readonly string[]): Headers {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const dropped = new Set<string>([...HOP_BY_HOP, ...names, ...named]);
  const copy: Headers = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !dropped.has(name) && !name.startsWith('x-weir-')) copy[name] = value;
  }
  return copy;
}
