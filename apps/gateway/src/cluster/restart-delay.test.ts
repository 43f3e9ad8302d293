import { expect, test } from '@jest/globals';
import { createPauses } from './restart-delay.ts';

const LATE = 10_000;

test('who had lived for a while is replaced at once, and so is the first that did not', () => {
  const pauseAfter = createPauses();
  expect([LATE, LATE, 1, LATE, 1].map(pauseAfter)).toEqual([0, 0, 0, 0, 0]);
});

test('those that end early one after another are replaced after ever longer pauses, up to half a minute', () => {
  const pauseAfter = createPauses();
  const pauses = Array.from({ length: 10 }, () => pauseAfter(9999));
  expect(pauses).toEqual([0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('one that lives for a while ends the row', () => {
  const pauseAfter = createPauses();
  expect([1, 1, 1, LATE, 1, 1].map(pauseAfter)).toEqual([0, 500, 1000, 0, 0, 500]);
});
