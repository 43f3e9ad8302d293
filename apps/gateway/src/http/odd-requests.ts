// What Node's parser takes, and others read in another way: two servers must not disagree about where a request goes, or
// where it ends. It is refused, and its connection is closed.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { WeirError } from '../errors.ts';

export function refuseOdd(req: IncomingMessage, res: ServerResponse): void {
  const refusal = refusalOf(req);
  if (refusal === null) return;
  res.setHeader('connection', 'close');
  throw refusal;
}

function refusalOf({ httpVersionMajor, httpVersionMinor, headers, rawHeaders }: IncomingMessage): WeirError | null {
  if (httpVersionMajor !== 1) return new WeirError('unsupported_version');
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    return invalid('Transfer-Encoding must be `chunked`.');
  if (hostsIn(rawHeaders) > 1) return invalid('There must be one `Host` header.');
  const { expect } = headers;
  if (expect === undefined || httpVersionMinor === 0) return null; // HTTP/1.0 has no such header
  return expect.toLowerCase() === '100-continue' ? null : new WeirError('expectation_failed');
}

/** Names stand at even places. Most are of another length, and not looked at. */
function hostsIn(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}

const invalid = (detail: string): WeirError => new WeirError('invalid_request', { detail });
