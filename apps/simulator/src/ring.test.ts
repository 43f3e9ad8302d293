import { expect, test } from '@jest/globals';
import { createRing } from './ring.ts';

test('holds the last so many, oldest first', () => {
  const ring = createRing<number>(2);
  for (const thing of [1, 2, 3]) ring.keep(`${thing}`, thing);
  expect(ring.list()).toEqual([2, 3]);
  expect([ring.get('1'), ring.get('3')]).toEqual([undefined, 3]);
  ring.clear();
  expect(ring.list()).toEqual([]);
});
