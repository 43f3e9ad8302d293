import { expect, test } from '@jest/globals';
import { Bodies, readingBytesFor } from './bodies.ts';

test('bodies share their bytes: who would exceed them has no room, until another is let go', () => {
  const bodies = new Bodies(100);
  const [one, other] = [bodies.enter(), bodies.enter()];
  expect([one.grow(60), other.grow(40), other.grow(1)]).toEqual([true, true, false]);
  expect(bodies).toMatchObject({ count: 2, bytes: 100 });
  one.release();
  expect(other.grow(60)).toBe(true);
});

test('a body is let go once, and takes nothing more then', () => {
  const bodies = new Bodies(100);
  const lease = bodies.enter();
  lease.grow(50);
  lease.release();
  lease.release();
  expect(lease.grow(1)).toBe(false);
  expect(bodies).toMatchObject({ count: 0, bytes: 0 });
});

test('processes share a quarter of the memory', () => {
  expect(readingBytesFor(1)).toBeGreaterThan(0);
  expect(readingBytesFor(4)).toBe(Math.floor(readingBytesFor(1) / 4));
});
