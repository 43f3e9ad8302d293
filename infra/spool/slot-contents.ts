// What stands in a slot, or in SPOOL_DIR itself: slots and segments, each the oldest first. Nothing, where it is gone.
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isSlotName } from './slot.ts';

const SEGMENT = /^\d{6,}\.spool$/;

export const segmentName = (number: number): string => `${String(number).padStart(6, '0')}.spool`;

export async function segmentsIn(directory: string): Promise<string[]> {
  const names = (await entriesOf(directory)).map(({ name }) => name).filter((name) => SEGMENT.test(name));
  return names.sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
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
