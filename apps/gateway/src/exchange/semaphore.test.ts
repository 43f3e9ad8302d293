import { expect, test } from '@jest/globals';
import { Semaphore } from './semaphore.ts';

test('no more upstreams are read on than the limit says, and each that ends makes room', () => {
  const drains = new Semaphore(2);
  expect([drains.tryAcquire(), drains.tryAcquire(), drains.tryAcquire()]).toEqual([true, true, false]);
  expect(drains.open).toBe(2);
  drains.release();
  expect([drains.tryAcquire(), drains.tryAcquire()]).toEqual([true, false]);
});

test('a limit of none lets none in', () => {
  const drains = new Semaphore(0);
  expect([drains.tryAcquire(), drains.open]).toEqual([false, 0]);
});
