// A provider of a test's own: it answers with the very bytes that it is given, in the pieces in which it is given them,
// and remembers what it was asked.
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';

interface Script {
  /** Waited for before it answers at all. */
  readonly before?: () => Promise<unknown>;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Each is written by itself; what is to be waited for is waited for, in silence. */
  readonly pieces: readonly (string | Buffer | (() => Promise<unknown>))[];
}

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Provider {
  /** Its base URL, version segment included. */
  readonly url: string;
  readonly asked: Asked[];
  /** What it answers from now on. */
  answer(script: Script): void;
  /** Resolves with the next request that comes. */
  nextAsked(): Promise<Asked>;
  /** Ends all of its connections in the middle of whatever they are at. */
  dropConnections(): Promise<void>;
  close(): Promise<void>;
}

export async function startProvider(): Promise<Provider> {
  let script: Script = { pieces: [] };
  const asked: Asked[] = [];
  const arrival = new EventEmitter();
  const server = createServer(async (req, res) => {
    const body = (await buffer(req)).toString();
    const { before, status = 200, headers, pieces } = script;
    asked.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body });
    arrival.emit('asked', asked.at(-1));
    await before?.();
    res.writeHead(status, { 'content-type': 'text/event-stream', ...headers });
    for (const piece of pieces) {
      if (typeof piece === 'function') await piece();
      else res.write(piece);
      await turn(); // a write of its own on the wire, as far as that can be had
    }
    res.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    answer(next) {
      script = next;
    },
    nextAsked: async () => (await once(arrival, 'asked'))[0],
    dropConnections: async () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
