import { expect, test } from '@jest/globals';
import { Places } from './semaphore.ts';

test('no more upstreams are read on than the limit says, and each that ends makes room', () => {
  const drains = new Places(2);
  expect([drains.enter(), drains.enter(), drains.enter()]).toEqual([true, true, false]);
  expect(drains.open).toBe(2);
  drains.leave();
  expect([drains.enter(), drains.enter()]).toEqual([true, false]);
});

test('a limit of none lets none in', () => {
  const drains = new Places(0);
  expect([drains.enter(), drains.open]).toEqual([false, 0]);
});
