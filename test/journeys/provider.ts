// A provider of a test's own: it answers with the very bytes that it is given, in the pieces in which it is given them,
// and remembers what it was asked.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';

interface Script {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Each is written by itself. */
  readonly pieces: readonly (string | Buffer)[];
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
  close(): Promise<void>;
}

export async function startProvider(): Promise<Provider> {
  let script: Script = { pieces: [] };
  const asked: Asked[] = [];
  const server = createServer(async (req, res) => {
    const body = (await buffer(req)).toString();
    asked.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body });
    res.writeHead(script.status ?? 200, { 'content-type': 'text/event-stream', ...script.headers });
    for (const piece of script.pieces) {
      res.write(piece);
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
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
