// What dead processes left in SPOOL_DIR becomes ours: their slots are moved into our own. A rename is won by one alone,
// so each slot has one adopter; and should we die as well, whoever adopts our slot finds theirs in it.
import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Log } from '../log/log.ts';
import { keepPart } from './keep-part.ts';
import type { KeptSlots } from './kept-slots.ts';
import { readSegment } from './read-segment.ts';
import { isSlotAlive, removeSlot, type Slot } from './slot.ts';
import { KEPT, keptName, segmentsIn, slotsIn } from './slot-contents.ts';
import type { DeadSpool, Segment } from './spool.ts';

type IsReadable = (record: object) => boolean;
type IsStrange = (record: object) => boolean;

interface Place {
  readonly spool: string;
  readonly kept: KeptSlots;
  readonly log: Pick<Log, 'warn'> | undefined;
}

/** Answers what it has not answered before. What stood in the way of one is logged, and tried again the next time. */
export function createAdopt({
  spool,
  kept,
  log,
}: Place): (own: Slot, isReadable: IsReadable) => Promise<readonly DeadSpool[]> {
  const handedOut = new Set<string>(); // by path: what comes to us a second time, in another slot of ours, is handed out again

  return async (own, isReadable) => {
    for (const name of await slotsIn(spool)) {
      if (name !== own.name) await attempt(name, () => takeIfDead(join(spool, name), own.directory));
    }
    await attempt(KEPT, async () => {
      for (const slot of await kept.look(isReadable)) await move(slot, own.directory);
    });
    const names = await slotsIn(own.directory);
    const deadSpools: DeadSpool[] = [];
    for (const name of names) {
      await attempt(name, async () => {
        names.push(...(await lift(join(own.directory, name), own.directory)));
        deadSpools.push(...(await handOut(join(own.directory, name))));
      });
    }
    return deadSpools;
  };

  async function attempt(slot: string, act: () => Promise<void>): Promise<void> {
    await act().catch((error: unknown) => log?.warn({ slot, error }, 'spool.not_adopted'));
  }

  async function handOut(directory: string): Promise<DeadSpool[]> {
    if (handedOut.has(directory)) return [];
    handedOut.add(directory);
    try {
      return await deadSpoolsAt(directory);
    } catch (error) {
      handedOut.delete(directory);
      throw error;
    }
  }

  /** None, where its process left nothing: then it goes. */
  async function deadSpoolsAt(directory: string): Promise<DeadSpool[]> {
    const segments = (await segmentsIn(directory)).map((file) => segmentIn(directory, file));
    const remove = async (isStrange?: IsStrange) => {
      // The oldest first, whatever cuts it short: a later record may be the end of what an earlier one began.
      for (const file of await segmentsIn(directory)) await keepPart(join(directory, file), isStrange);
      await leave(directory);
    };
    if (segments.length > 0) return [{ name: basename(directory), segments, remove }];
    await removeSlot(directory);
    return [];
  }

  /** Where it was cut short, what is kept of the segment is all that is left to be read. */
  function segmentIn(directory: string, file: string): Segment {
    const isOurs = (name: string) => keptName(name) === keptName(file);
    async function* records() {
      const now = (await segmentsIn(directory)).find(isOurs) ?? file;
      yield* readSegment(join(directory, now), { log });
    }
    return { records, remove: () => keepPart(join(directory, file)) };
  }

  async function leave(directory: string): Promise<void> {
    if ((await segmentsIn(directory)).length > 0) await kept.add(directory);
    else await removeSlot(directory);
  }
}

async function takeIfDead(slot: string, into: string): Promise<void> {
  if (!(await isSlotAlive(slot))) await move(slot, into);
}

/** What a dead process had adopted itself outlives it, beside it. */
async function lift(slot: string, into: string): Promise<string[]> {
  const nested = await slotsIn(slot);
  for (const name of nested) await move(join(slot, name), into);
  return nested;
}

async function move(slot: string, into: string): Promise<void> {
  try {
    await rename(slot, join(into, basename(slot)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // somebody else was faster
  }
}
