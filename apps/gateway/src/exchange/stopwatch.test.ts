import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Stopwatch } from './stopwatch.ts';

let stopwatch: Stopwatch;
beforeEach(() => {
  jest.useFakeTimers();
  stopwatch = new Stopwatch();
});
afterEach(() => void jest.useRealTimers());

const pass = (ms: number) => void jest.advanceTimersByTime(ms);

describe('a stopwatch', () => {
  test('counts from when upstream is asked', () => {
    pass(500);
    stopwatch.start();
    pass(100);
    stopwatch.headers();
    pass(50);
    stopwatch.content();
    pass(50);
    stopwatch.upstreamDone();
    pass(10);
    stopwatch.clientDone();
    expect(stopwatch.read()).toMatchObject({ headersMs: 100, ttftMs: 150, durationMs: 200, clientMs: 210 });
  });

  test('keeps the first time of each', () => {
    const marks = [
      () => stopwatch.headers(),
      () => stopwatch.content(),
      () => stopwatch.upstreamDone(),
      () => stopwatch.clientDone(),
    ];
    for (const mark of marks) mark();
    const first = stopwatch.read();
    pass(1000);
    for (const mark of marks) mark();
    expect(stopwatch.read()).toEqual(first);
  });

  test('knows nothing of what did not happen, and takes now for the end while there is none', () => {
    pass(300);
    expect(stopwatch.read()).toEqual({
      headersMs: null,
      ttftMs: null,
      clientMs: null,
      durationMs: 300,
      finishedTick: performance.now(),
    });
  });

  test('says for how long a count has stood still', () => {
    expect(stopwatch.sinceLast(0)).toBe(0);
    pass(100);
    expect(stopwatch.sinceLast(0)).toBe(100);
    pass(100);
    expect(stopwatch.sinceLast(1)).toBe(0);
    pass(70);
    expect(stopwatch.sinceLast(1)).toBe(70);
  });

  test('laps from the headers on', () => {
    pass(500);
    stopwatch.headers();
    pass(30);
    expect(stopwatch.lap()).toBe(30);
    pass(40);
    expect(stopwatch.lap()).toBe(40);
  });

  test('takes the wait for a client for nobody’s silence', () => {
    stopwatch.headers();
    stopwatch.sinceLast(1);
    pass(60_000);
    stopwatch.resume();
    pass(20);
    expect(stopwatch.sinceLast(1)).toBe(20);
    expect(stopwatch.lap()).toBe(20);
  });
});
