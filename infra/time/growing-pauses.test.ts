import { expect, test } from '@jest/globals';
import { growingPauses } from './growing-pauses.ts';

test('each is twice the one before, and none longer than the longest', () => {
  const next = growingPauses(100, 700);
  expect([next(), next(), next(), next(), next()]).toEqual([100, 200, 400, 700, 700]);
});
