// What stands in a slot, or in SPOOL_DIR itself: slots and segments, each the oldest first. Nothing, where it is gone.
// A segment is a file `.spool`, or `.kept`: what could not be read of it, once the rest was shipped.
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isSlotName } from './slot.ts';

const SEGMENT = /^\d{6,}\.(?:spool|kept)$/;

/** In it stand directories like slots, of kept segments alone. Who looks for slots passes it by. */
export const KEPT = 'kept';

export const segmentName = (number: number): string => `${String(number).padStart(6, '0')}.spool`;

/** Of what is kept of a segment. */
export const keptName = (segment: string): string => segment.replace(/\.spool$/, '.kept');

const wholeName = (segment: string): string => segment.replace(/\.kept$/, '.spool');
const isWhole = (segment: string): boolean => segment.endsWith('.spool');

export async function segmentsIn(directory: string): Promise<string[]> {
  const names = (await entriesOf(directory)).map(({ name }) => name).filter((name) => SEGMENT.test(name));
  const all = new Set(names);
  // Where both stand, a crash came between the two steps of `keepPart`: the whole one has everything.
  const single = names.filter((name) => isWhole(name) || !all.has(wholeName(name)));
  return single.sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
}

/** In SPOOL_DIR those of processes, in a slot those that its process had adopted. */
export async function slotsIn(directory: string): Promise<string[]> {
  const slots = (await entriesOf(directory)).filter((entry) => entry.isDirectory() && isSlotName(entry.name));
  return slots.map(({ name }) => name).sort();
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
