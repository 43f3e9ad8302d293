// Openings to put into a register, each with an id of its own.
import type { Opening } from '@weir/ledger/opening';
import { anOpening } from '@weir/ledger/testing/records';

/** More than any of these tests puts in. */
export const ALL = 10_000;

let made = 0;

/** The ids grow with time, as a UUIDv7 does. */
export function opening(known: Partial<Opening> = {}): Opening {
  made += 1;
  return anOpening({ id: `01980000-0000-7000-8000-${made.toString(16).padStart(12, '0')}`, ...known });
}

export const openings = (count: number, known: Partial<Opening> = {}) =>
  Array.from({ length: count }, () => opening(known));
