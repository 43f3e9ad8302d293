// A spool → in each of its slots, the ids of the requests that were opened and of those that were closed.
import { basename } from 'node:path';
import { idIn } from '../queue/request-id.ts';
import { type InspectedSlot, inspectSpool } from '../spool/inspect-spool.ts';
import type { SpoolSlot } from './snapshot.ts';

/** As gateways write it; of other verbs, those of a newer release, only that they are there is known. */
interface SpoolRecord {
  readonly verb?: unknown;
  readonly opening?: unknown;
  readonly completion?: unknown;
}

export async function idsInSpool(directory: string): Promise<SpoolSlot[]> {
  const slots: SpoolSlot[] = [];
  for await (const slot of inspectSpool(directory)) slots.push(await idsInSlot(slot));
  return slots;
}

async function idsInSlot({ slot, alive, records }: InspectedSlot): Promise<SpoolSlot> {
  const openings = new Set<string>();
  const closes = new Set<string>();
  for await (const record of records as AsyncIterable<SpoolRecord>) {
    const id = idIn(record.completion ?? record.opening);
    if (record.verb === 'close') closes.add(id);
    if (record.verb === 'close' || record.verb === 'withdraw') openings.delete(id);
    else openings.add(id);
  }
  return { alive, adopted: slot !== basename(slot), openings: [...openings], closes: [...closes] };
}
