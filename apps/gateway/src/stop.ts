// The gateway's end: nothing new begins, what streams may finish, what does not in time is cut and told so, and every
// completion is durable before the process goes. It listens to the end, so that whoever comes is told to go elsewhere.
import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { InFlight } from './exchange/in-flight.ts';
import type { Outbox } from './outbox/outbox.ts';

// After the cut only completions are still on their way to the queue.
const LAST_WORDS_MS = 5000;

export interface Stopping {
  readonly server: Server;
  readonly inFlight: InFlight;
  readonly outbox: Outbox;
  readonly shutdownTimeoutMs: number;
}

/** How many exchanges were left unsettled: none, unless the queue was away to the very end. */
export async function stopGateway({ server, inFlight, outbox, shutdownTimeoutMs }: Stopping): Promise<number> {
  await within(shutdownTimeoutMs, inFlight.over());
  inFlight.cut();
  await within(LAST_WORDS_MS, inFlight.over());
  const { unsettled } = inFlight;
  server.close();
  server.closeAllConnections();
  await within(LAST_WORDS_MS, outbox.shutdown());
  return unsettled;
}

async function within(ms: number, done: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([done, pause(ms, undefined, { signal: timer.signal }).catch(() => {})]);
  timer.abort();
}
