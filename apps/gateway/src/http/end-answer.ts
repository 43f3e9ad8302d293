// Ends an answer whose request may still be coming. Nobody reads the rest of such a body, so its connection is closed.
import type { IncomingMessage, ServerResponse } from 'node:http';

// A connection that is closed with bytes unread is reset, and the answer may be lost with it.
const LINGER_MS = 1000;

export function endAnswer(req: IncomingMessage, res: ServerResponse, body: Buffer): void {
  res.setHeader('content-length', body.length);
  if (req.complete || !hasBody(req)) return void res.end(body);
  res.setHeader('connection', 'close');
  res.write(body);
  const end = () => void res.end();
  const lingering = setTimeout(end, LINGER_MS);
  res.once('close', () => clearTimeout(lingering));
  req.once('end', end).resume();
}

/** Its provider answered before it had all of the request. What is still to come is wanted by nobody. */
export function dismissUnread(req: IncomingMessage): void {
  if (req.complete || req.destroyed) return;
  const lingering = setTimeout(() => req.destroy(), LINGER_MS);
  req
    .once('close', () => clearTimeout(lingering))
    .once('end', () => clearTimeout(lingering))
    .resume();
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
