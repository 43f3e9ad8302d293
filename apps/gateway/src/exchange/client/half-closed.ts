// A client that closed its sending side may still wait for its answer, or it has left. Both look the same until something
// is sent: the kernel of a process that left answers with a reset. So something is sent that is no part of the answer.
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

// The first write brings the reset, and the next one finds it. A TCP proxy in between needs two more. Each pause follows
// the one before, and the sum of all zeros stays below the 16 digits that Go's client allows for a chunk's size.
const PAUSES_MS = [0, 5, 45, 200];
const LAST_PAUSES_MS = [0, 50];

/** What Node keeps of a connection, undocumented: half-closed.test.ts fails where it does not any more. */
interface Internals {
  httpAllowHalfOpen: boolean;
  /** The answer under way on a socket. */
  _httpMessage?: ServerResponse | null;
}

/** Left alone, Node closes what a client has half closed, whatever is still to be said. */
export function allowHalfClosed(server: Server): void {
  (server as Server & Internals).httpAllowHalfOpen = true;
  server.on('connection', (socket: Socket) => socket.on('end', probeAnswer));
}

/** Undefined where the client closed nothing; else resolves when it is known to have left, or is taken to be there. */
export function untilSure(res: ServerResponse): Promise<void> | undefined {
  return res.socket?.readableEnded ? probe(res, LAST_PAUSES_MS) : undefined;
}

function probeAnswer(this: Socket): void {
  const res = (this as Socket & Partial<Internals>)._httpMessage;
  if (res) void probe(res, PAUSES_MS);
}

async function probe(res: ServerResponse, pausesMs: readonly number[]): Promise<void> {
  for (const ms of pausesMs) {
    if (ms > 0) await pause(ms);
    if (res.destroyed || res.writableEnded) return;
    send(res);
  }
  await nextTurn(); // a write that failed is told of in a later tick
}

/** Before the head, an interim answer. In a chunked body, a leading zero of the next chunk's size. */
function send(res: ServerResponse): void {
  const { req, socket } = res;
  if (socket === null || socket.writableLength > 0) return; // what waits to be sent finds the reset as well
  if (req.httpVersionMinor === 0)
    socket.end(); // HTTP/1.0 has neither, so such a client is taken to have left
  else if (!res.headersSent) res.writeContinue();
  else if (isChunked(res)) {
    res.flushHeaders();
    socket.write('0');
  }
}

const isChunked = (res: ServerResponse): boolean =>
  !res.hasHeader('content-length') && res.req.method !== 'HEAD' && ![204, 304].includes(res.statusCode);
