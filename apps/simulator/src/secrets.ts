// Replaces credentials by fingerprints, wherever an API's callers put them.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const SECRET_HEADERS = ['authorization', 'proxy-authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie'];
const SECRET_PARAMETERS = ['key', 'access_token'];

export function headersWithoutSecrets(headers: IncomingHttpHeaders): Record<string, string> {
  const shown = (name: string, value: string) => (SECRET_HEADERS.includes(name) ? fingerprintOf(value) : value);
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, shown(name, String(value))]));
}

/** Path and query, as they were asked but for the secrets. */
export function urlWithoutSecrets(url: string): string {
  const [path = '', ...query] = url.split('?');
  if (query.length === 0) return path;
  return `${path}?${query.join('?').split('&').map(parameterWithoutSecret).join('&')}`;
}

function parameterWithoutSecret(parameter: string): string {
  const [[name, value] = ['', '']] = new URLSearchParams(parameter);
  return SECRET_PARAMETERS.includes(name) ? `${name}=${fingerprintOf(value)}` : parameter;
}

/** The same credential has the same fingerprint, so a test can tell which one was sent. */
export function fingerprintOf(secret: string): string {
  return `sha256:${createHash('sha256').update(secret).digest('hex').slice(0, 12)}`;
}
