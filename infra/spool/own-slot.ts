// The slot of this process for as long as it lives, or a new one if somebody deleted it. Never reuse the name: its lock is
// gone, so another process would treat the directory as abandoned and adopt it.
import { access } from 'node:fs/promises';
import type { Log } from '../log/log.ts';
import { openSlot, type Slot } from './slot.ts';

export interface OwnSlot {
  /** Makes a new one if it has to; never called twice at once. */
  find(): Promise<Slot>;
  release(): Promise<void>;
}

export async function openOwnSlot(spool: string, log?: Pick<Log, 'error'>): Promise<OwnSlot> {
  let slot = await openSlot(spool);

  async function find(): Promise<Slot> {
    if (await isThere(slot.directory)) return slot;
    const gone = slot;
    slot = await openSlot(spool);
    await gone.release(); // should it come back, with its disk perhaps, it is a dead one's, and adopted
    log?.error({ slot: gone.name }, 'spool.slot_vanished');
    return slot;
  }

  return { find, release: () => slot.release() };
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
