// A look at a spool from outside, which touches nothing: every slot in it, whose it is, and the records in it. What
// appears, moves or goes meanwhile may be missed, or seen twice.
import { join } from 'node:path';
import { readSegment } from './read-segment.ts';
import { isSlotAlive } from './slot.ts';
import { KEPT, segmentsIn, slotsIn } from './slot-contents.ts';

export interface InspectedSlot {
  /** Its path in the spool: behind a slash stands one that the process before it had adopted, or that was kept. */
  readonly slot: string;
  /** A process that lives has it in its care. */
  readonly alive: boolean;
  readonly records: AsyncIterable<object>;
}

export async function* inspectSpool(directory: string): AsyncGenerator<InspectedSlot, void, void> {
  for (const slot of await slotsIn(directory)) {
    const alive = await isSlotAlive(join(directory, slot));
    yield* inspectSlot({ directory, slot, alive });
  }
  for (const slot of await slotsIn(join(directory, KEPT))) {
    yield* inspectSlot({ directory, slot: join(KEPT, slot), alive: false });
  }
}

async function* inspectSlot(where: {
  directory: string;
  slot: string;
  alive: boolean;
}): AsyncGenerator<InspectedSlot, void, void> {
  const { directory, slot, alive } = where;
  const path = join(directory, slot);
  yield { slot, alive, records: recordsIn(path) };
  for (const adopted of await slotsIn(path)) yield* inspectSlot({ directory, slot: join(slot, adopted), alive });
}

async function* recordsIn(slot: string): AsyncGenerator<object, void, void> {
  for (const segment of await segmentsIn(slot)) yield* readSegment(join(slot, segment));
}
