import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Keepalive } from './keepalive.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('silence is broken again and again, until it is stopped', () => {
  const say = jest.fn();
  const keepalive = new Keepalive(100, say);
  keepalive.start();
  jest.advanceTimersByTime(99);
  expect(say).not.toHaveBeenCalled();
  jest.advanceTimersByTime(201);
  expect(say).toHaveBeenCalledTimes(3);
  keepalive.stop();
  jest.advanceTimersByTime(1000);
  expect(say).toHaveBeenCalledTimes(3);
});

test('what else is said puts it off, and sets no timer', () => {
  const say = jest.fn();
  const keepalive = new Keepalive(100, say);
  keepalive.start();
  for (let at = 0; at < 10; at += 1) {
    jest.advanceTimersByTime(60);
    keepalive.heard();
    expect(jest.getTimerCount()).toBe(1);
  }
  expect(say).not.toHaveBeenCalled();
  jest.advanceTimersByTime(100);
  expect(say).toHaveBeenCalledTimes(1);
});
