// What stands in JSON where a provider says a count → the count, or why it is not believed. A name that is absent, or is
// null, says nothing; anything else that is no count must not become a number that somebody pays for.
import type { JsonObject } from './json.ts';

/** Ten times the longest context that any model has: a count above it is a fault, and would cost hundreds of USD. */
export const HIGHEST_COUNT = 100_000_000;

/** A count that is not believed. */
export interface Doubt {
  /** The API's own name for it. */
  readonly member: string;
  readonly flaw: 'is no number' | 'is negative' | 'is not whole' | 'is over 100,000,000';
}

/** Null: not said. */
export type Count = number | Doubt | null;

/** A number that cannot be true casts doubt on those beside it; a value of the wrong type does not. */
export const isAbsurd = ({ flaw }: Doubt): boolean => flaw !== 'is no number';

const NUMBER_IN_TEXT = /^-?\d+(?:\.\d+)?$/;

/** What came as the digits of a number is one; all else is what it was. */
export const asNumber = (value: unknown): unknown =>
  typeof value === 'string' && NUMBER_IN_TEXT.test(value) ? Number(value) : value;

export function countIn(object: JsonObject, key: string): Count {
  const value = object[key];
  if (value === undefined || value === null) return null;
  const number = asNumber(value);
  return typeof number === 'number' ? believable(key, number) : { member: key, flaw: 'is no number' };
}

/** What is not said adds nothing, and one count that is not believed stands for the sum. */
export function sumOf(counts: readonly Count[]): Count {
  const said = counts.filter((count) => count !== null);
  const doubt = worstOf(said);
  if (doubt !== undefined || said.length === 0) return doubt ?? null;
  return said.reduce<number>((total, count) => total + (count as number), 0);
}

export function believable(member: string, count: number): number | Doubt {
  if (count < 0) return { member, flaw: 'is negative' };
  if (count > HIGHEST_COUNT) return { member, flaw: 'is over 100,000,000' };
  return Number.isInteger(count) ? count : { member, flaw: 'is not whole' };
}

/** The first that is absurd, else the first that cannot be read. */
export function worstOf(counts: readonly (Count | undefined)[]): Doubt | undefined {
  const doubts = counts.filter((count) => typeof count === 'object' && count !== null);
  return doubts.find(isAbsurd) ?? doubts[0];
}
