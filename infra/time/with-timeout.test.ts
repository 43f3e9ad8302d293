import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { waitAtMost, withTimeout } from './with-timeout.ts';

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

const late = () => new Error('late');
const never = new Promise<never>(() => {});

test('an answer in time is the answer, and a rejection in time the rejection', async () => {
  expect(await withTimeout(Promise.resolve(7), 100, late)).toBe(7);
  await expect(withTimeout(Promise.reject(new Error('no')), 100, late)).rejects.toThrow('no');
  expect(await waitAtMost(100, Promise.resolve())).toBe(true);
  await expect(waitAtMost(100, Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('without an answer in time it is given up', async () => {
  const given = expect(withTimeout(never, 100, late)).rejects.toThrow('late');
  const waited = waitAtMost(100, never);
  await jest.advanceTimersByTimeAsync(99);
  expect(jest.getTimerCount()).toBe(2);
  await jest.advanceTimersByTimeAsync(1);
  await given;
  expect(await waited).toBe(false);
});
