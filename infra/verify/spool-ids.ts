// A spool → in each of its slots, the ids of the requests that were opened and of those that were closed.
import { basename } from 'node:path';
import { idIn } from '../queue/request-id.ts';
import type { UnreadRecord } from '../sinks/spool-record.ts';
import { type InspectedSlot, inspectSpool } from '../spool/inspect-spool.ts';
import type { SpoolSlot } from './snapshot.ts';

export async function idsInSpool(directory: string): Promise<SpoolSlot[]> {
  const slots: SpoolSlot[] = [];
  for await (const slot of inspectSpool(directory)) slots.push(await idsInSlot(slot));
  return slots;
}

async function idsInSlot({ slot, alive, records }: InspectedSlot): Promise<SpoolSlot> {
  const openings = new Set<string>();
  const closes = new Set<string>();
  for await (const record of records) {
    const { verb, opening, completion }: UnreadRecord = record;
    const id = idIn(completion ?? opening);
    if (verb === 'close') closes.add(id);
    if (verb === 'close' || verb === 'withdraw') openings.delete(id);
    else openings.add(id); // a verb of a newer release, too: all that is known is that it is there
  }
  return { alive, adopted: slot !== basename(slot), openings: [...openings], closes: [...closes] };
}
