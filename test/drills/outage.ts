// A server is hurt under load and healed again → how long requests took meanwhile, next to those of a gateway whose
// queue is well: on a busy machine both are slow.
import { expect } from '@jest/globals';
import type { Clients } from '../support/clients.ts';
import type { Saw, Visit } from '../support/visit.ts';

export interface Outage {
  hurt(): unknown;
  heal(): unknown;
}

interface Place {
  readonly clients: Clients;
  /** Of its gateway. */
  readonly url: string;
}

const LANES = 3;
const OUTAGE_MS = 2000;
const LONGEST_WAIT_MS = 3000;
const NOTICEABLE_MS = 50;
const BRIEFLY = { tokens: 3, everyMs: 1 };

/** Throws unless everybody here is served all the while, within 3 s, and from the second on as fast as elsewhere. */
export async function liveThrough({ hurt, heal }: Outage, here: Place, elsewhere: Place): Promise<void> {
  const steady = [here, elsewhere].map(({ clients, url }) => clients.keepComing(LANES, { url }));
  try {
    await here.clients.crowd(5, { url: here.url });
    await hurt();
    const until = performance.now() + OUTAGE_MS;
    await come(here); // the first finds out
    const pairs: { here: number; elsewhere: number }[] = [];
    do pairs.push({ here: await come(here), elsewhere: await come(elsewhere) });
    while (performance.now() < until);
    expectSameIn(pairs);
  } finally {
    await heal();
    await Promise.all(steady.map(({ stop }) => stop()));
  }
  expectServed(here.clients.visits, elsewhere.clients.visits);
}

const come = async ({ clients, url }: Place) => (await clients.visit({ url, ...BRIEFLY })).ms;

/**
 * Give or take what differs from one time to the next where all is well. On a machine so busy that a request takes far
 * longer than it should even there, the little more that one of an outage does takes longer too: as much again at most.
 */
function expectSameIn(pairs: readonly { here: number; elsewhere: number }[]): void {
  const well = pairs.map(({ elsewhere }) => elsewhere);
  const usual = medianOf(well);
  const noise = Math.max(...well) - Math.min(...well);
  expect(medianOf(pairs.map(({ here }) => here))).toBeLessThan(usual + Math.max(NOTICEABLE_MS, noise, usual));
}

const SERVED: ReadonlySet<Saw> = new Set(['all', 'left', 'stalled']);

/** Each as fast as its script says, and 3 s more at most, besides what others wait on this machine where all is well. */
export function expectServed(visits: readonly Visit[], well: readonly Visit[] = []): void {
  const waited = ({ ms, tokens, everyMs }: Visit) => ms - tokens * everyMs;
  const longest = LONGEST_WAIT_MS + Math.max(0, ...well.map(waited));
  const unserved = visits.filter((visit) => !SERVED.has(visit.saw) || waited(visit) > longest);
  expect(unserved).toEqual([]);
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}
