// The listening server, as whoever stops the gateway sees it.
import type { Server } from 'node:http';
import { Server as Listener } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Door } from './stop.ts';

const QUIET_MS = 1;
const MOST_TURNS = 1000;

export function doorOf(server: Server): Door {
  return {
    async close() {
      await untilNobodyWaits(server);
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
async function untilNobodyWaits(server: Server): Promise<void> {
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
