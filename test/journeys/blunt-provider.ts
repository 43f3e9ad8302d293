// A provider that writes what it is told to, HTTP or not, whenever a whole request has come, and keeps its connections.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface BluntProvider {
  /** Its base URL, version segment included. */
  readonly url: string;
  /** Requests as they came, in Latin-1. */
  readonly asked: string[];
  /** What it writes from now on, each in one write. */
  answer(...pieces: string[]): void;
  close(): Promise<void>;
}

export async function startBluntProvider(): Promise<BluntProvider> {
  let script: readonly string[] = [];
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let request = '';
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      request += bytes.toString('latin1');
      if (!isWhole(request)) return;
      asked.push(request);
      request = '';
      for (const piece of script) socket.write(piece, 'latin1');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    answer(...pieces) {
      script = pieces;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isWhole(request: string): boolean {
  const headEnd = request.indexOf('\r\n\r\n');
  const length = Number(/^content-length: (\d+)/im.exec(request)?.[1] ?? 0);
  return headEnd >= 0 && request.length >= headEnd + 4 + length;
}
