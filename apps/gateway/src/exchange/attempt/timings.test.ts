import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Timings } from './timings.ts';

let timings: Timings;
beforeEach(() => {
  jest.useFakeTimers();
  timings = new Timings();
});
afterEach(() => void jest.useRealTimers());

const pass = (ms: number) => void jest.advanceTimersByTime(ms);

describe('the times of a row', () => {
  test('counts from when upstream is asked', () => {
    pass(500);
    timings.start();
    pass(100);
    timings.headers();
    pass(50);
    timings.content();
    pass(50);
    timings.upstreamDone();
    pass(10);
    timings.clientDone();
    expect(timings.read()).toMatchObject({ headersMs: 100, ttftMs: 150, durationMs: 200, clientMs: 210 });
  });

  test('keeps the first time of each', () => {
    const marks = [
      () => timings.headers(),
      () => timings.content(),
      () => timings.upstreamDone(),
      () => timings.clientDone(),
    ];
    for (const mark of marks) mark();
    const first = timings.read();
    pass(1000);
    for (const mark of marks) mark();
    expect(timings.read()).toEqual(first);
  });

  test('knows nothing of what did not happen, and takes now for the end while there is none', () => {
    pass(300);
    expect(timings.read()).toEqual({
      headersMs: null,
      ttftMs: null,
      clientMs: null,
      durationMs: 300,
      finishedTick: performance.now(),
    });
  });
});
