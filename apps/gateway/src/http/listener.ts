// The listening server: opened, or in one sentence why not; and as whoever stops the gateway sees it.
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, createServer, Server as Listener } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ListeningServer } from './shutdown.ts';

const QUIET_MS = 1;
const MOST_TURNS = 1000;

/** Connections to a shared port: by the kernel, or else by Node's cluster, in the primary. */
export const KERNEL_DIVIDES = process.platform === 'linux';

interface Place {
  readonly host: string;
  readonly port: number;
  /** With other processes of this gateway. */
  readonly isShared?: boolean;
}

/** Resolves with its URL. */
export function listen(server: Listener, { host, port, isShared = false }: Place): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be had (${error.code})`;
      reject(new Error(`PORT ${port} on ${host} ${why}: name another one`, { cause: error }));
    });
    server.listen({ host, port, reusePort: isShared && KERNEL_DIVIDES }, () =>
      resolve(urlOf(host, (server.address() as AddressInfo).port)),
    );
  });
}

/** With SO_REUSEPORT a second gateway would silently join the port, so check first that the port is free. */
export async function demandFree(place: Omit<Place, 'isShared'>): Promise<void> {
  const probe = createServer((socket) => socket.destroy());
  await listen(probe, place);
  probe.close();
  await once(probe, 'close');
}

export function listeningServer(server: Server): ListeningServer {
  return {
    async close() {
      await drainAcceptQueue(server);
      // The HTTP server's own close also ends idle connections, though a balancer may this instant be sending its next
      // request over one. The listener's closes the listener alone.
      await new Promise<void>((resolve) => Listener.prototype.close.call(server, () => resolve()));
    },
    closeConnections: () => server.closeAllConnections(),
  };
}

/**
 * Connections that the kernel has made and nobody has taken are reset when the listener closes. It is closed just after a
 * turn of the event loop that found none, and that was short enough for hardly any to have come since.
 */
async function drainAcceptQueue(server: Server): Promise<void> {
  let taken = true;
  let turnMs = 0;
  const take = () => {
    taken = true;
  };
  server.on('connection', take);
  for (let turns = 0; turns < MOST_TURNS && (taken || turnMs > QUIET_MS); turns += 1) {
    taken = false;
    const begun = performance.now();
    await nextTurn();
    turnMs = performance.now() - begun;
  }
  server.off('connection', take);
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
