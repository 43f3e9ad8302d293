// Spool → queue, in order, once the queue is back. What is shipped twice, because a load was cut short, is one row all
// the same.
import type { Legacy, Segment } from '@weir/infra/spool';
import { lostCompletion, type Opening } from '@weir/ledger/opening';
import type { Keeper } from './keeper.ts';
import { inLoads } from './loads.ts';
import type { SpoolRecord } from './spool-keeper.ts';

/** This gateway's own: a request that is still open gets its opening, one that is over needs none. */
export async function shipSegment(segment: Segment, queue: Keeper, isOpen: (id: string) => boolean): Promise<void> {
  await inLoads(recordsOf(segment), async (record) => {
    if (record.verb === 'close') return queue.close(record.completion);
    if (record.verb === 'open' && isOpen(record.opening.id)) await queue.open(record.opening);
    if (!isOpen(record.opening.id)) await queue.withdraw(record.opening); // it may have ended meanwhile
  });
  await segment.remove();
}

/** A dead gateway's: what it did not close is lost; if it was closed another way after all, the ledger knows better. */
export async function shipLegacy(legacy: Legacy, queue: Keeper): Promise<{ readonly lost: number }> {
  const open = new Map<string, Opening>();
  let lastSignOfLife = 0;
  for (const segment of legacy.segments) {
    await inLoads(recordsOf(segment), async (record) => {
      lastSignOfLife = record.at;
      if (record.verb === 'open') return void open.set(record.opening.id, record.opening);
      open.delete(record.verb === 'close' ? record.completion.id : record.opening.id);
      await (record.verb === 'close' ? queue.close(record.completion) : queue.withdraw(record.opening));
    });
  }
  await inLoads(open.values(), (opening) => queue.close(lostCompletion(opening, new Date(lastSignOfLife))));
  await legacy.remove();
  return { lost: open.size };
}

const recordsOf = (segment: Segment) => segment.records() as AsyncIterable<SpoolRecord>;
