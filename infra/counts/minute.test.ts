import { randomUUIDv7 } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { idsOf, inWords, minuteOf } from './minute.ts';

const at = (time: string) => Date.parse(time) / 60_000;
const MINUTE = at('2026-03-01T12:34:00Z');

/** The least and the greatest id of a millisecond. */
function idsAt(time: string): [string, string] {
  const ms = Date.parse(time).toString(16).padStart(12, '0');
  const head = `${ms.slice(0, 8)}-${ms.slice(8)}`;
  return [`${head}-7000-8000-000000000000`, `${head}-7fff-bfff-ffffffffffff`];
}

test('a minute has the ids from its first millisecond to its last, and no other', () => {
  const [from, until] = idsOf(MINUTE);
  const within = [...idsAt('2026-03-01T12:34:00.000Z'), ...idsAt('2026-03-01T12:34:59.999Z')];
  for (const id of within) {
    expect(minuteOf(id)).toBe(MINUTE);
    expect([from, id, until].toSorted()).toEqual([from, id, until]);
  }
  const [, before] = idsAt('2026-03-01T12:33:59.999Z');
  const [after] = idsAt('2026-03-01T12:35:00.000Z');
  expect([minuteOf(before), minuteOf(after)]).toEqual([MINUTE - 1, MINUTE + 1]);
  expect([after, until, from, before].toSorted()).toEqual([before, from, until, after]);
});

test('of an id that is made now, the minute is now', () => {
  const before = Math.floor(Date.now() / 60_000);
  const minute = minuteOf(randomUUIDv7());
  expect(minute).toBeGreaterThanOrEqual(before);
  expect(minute).toBeLessThanOrEqual(Math.floor(Date.now() / 60_000));
});

test('a job that says more than the id has its minute', () => {
  const [id] = idsAt('2026-03-01T12:34:56.789Z');
  expect(minuteOf(`${id}-lost`)).toBe(MINUTE);
});

test('what is no id has none', () => {
  expect(minuteOf('unknown')).toBeNaN();
});

test('in words it is UTC', () => {
  expect(inWords(MINUTE)).toBe('2026-03-01T12:34Z');
});
