// The gateway's end: balancers get time to notice, then no new connection is taken; what streams may finish, what does
// not in time is cut and told so, and every completion is durable before the process goes.
import { setTimeout as pause } from 'node:timers/promises';
import { waitAtMost } from '@weir/infra/time';
import type { InFlight } from '../exchange/in-flight.ts';
import type { Gateway } from '../exchange/services.ts';

// After the cut only completions are still on their way.
const SETTLE_TIMEOUT_MS = 5000;

export interface ListeningServer {
  /** Takes no new connection; resolves when the last one is gone. Whoever has one may still send a request over it. */
  close(): Promise<void>;
  closeConnections(): void;
}

export interface Stopping {
  readonly server: ListeningServer;
  readonly gateway: Pick<Gateway, 'inFlight' | 'outbox'>;
  /** Aborted when nothing new may begin any more. */
  readonly closed: AbortController;
  readonly graceMs: number;
  readonly timeoutMs: number;
}

/** More is a hang. */
export const longestStopMs = ({ graceMs, timeoutMs }: Pick<Stopping, 'graceMs' | 'timeoutMs'>): number =>
  graceMs + timeoutMs + 2 * SETTLE_TIMEOUT_MS;

/** How many requests were left without a durable completion: none, unless neither queue nor disk took them. */
export async function stopGateway({ server, gateway, closed, graceMs, timeoutMs }: Stopping): Promise<number> {
  const { inFlight, outbox } = gateway;
  await pause(graceMs);
  await waitAtMost(timeoutMs, untilUnused(inFlight, { empty: server.close(), graceMs }));
  closed.abort();
  inFlight.cut();
  await waitAtMost(SETTLE_TIMEOUT_MS, inFlight.over());
  const { unsettled } = inFlight;
  server.closeConnections();
  await waitAtMost(SETTLE_TIMEOUT_MS, outbox.shutdown());
  return unsettled;
}

/** Connections that streams have left behind are a balancer's to use once more: each brings one request at most. */
async function untilUnused(inFlight: InFlight, { empty, graceMs }: { empty: Promise<void>; graceMs: number }) {
  for (let begun = -1; begun !== inFlight.begun; ) {
    begun = inFlight.begun;
    await inFlight.over();
    await waitAtMost(graceMs, empty);
  }
  await inFlight.over();
}
