// `Expect: 100-continue`: a client that waits for a word before it sends its body is invited to when it is about to be read,
// and not where it is refused before.
import type { IncomingMessage, ServerResponse } from 'node:http';

export function inviteBody(req: IncomingMessage, res: ServerResponse): void {
  if (req.headers.expect !== undefined && req.httpVersionMinor > 0) res.writeContinue(); // HTTP/1.0 has no such header
}
