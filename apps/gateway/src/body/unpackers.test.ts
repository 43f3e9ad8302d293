import { expect, test } from '@jest/globals';
import { Unpackers } from './unpackers.ts';

const settled = () => new Promise(setImmediate);

/** Bodies of these sizes, in the order in which they came, and those that were let in so far, in theirs. */
function queue(sizes: readonly number[]) {
  const unpackers = new Unpackers();
  const inside: number[] = [];
  const places = sizes.map((bytes) => {
    const place = unpackers.enter(bytes);
    void place.entered.then((isIn) => isIn && inside.push(bytes));
    return place;
  });
  return { places, inside };
}

test('four are unpacked at once, and of those that wait the smallest is next', async () => {
  const { places, inside } = queue([50, 60, 70, 80, 9, 7, 8]);
  await settled();
  expect(inside).toEqual([50, 60, 70, 80]);
  places[0]?.leave();
  places[0]?.leave();
  await settled();
  expect(inside).toEqual([50, 60, 70, 80, 7]);
  places[3]?.leave();
  await settled();
  expect(inside).toEqual([50, 60, 70, 80, 7, 8]);
});

test('who leaves while it waits is not let in', async () => {
  const { places, inside } = queue([1, 1, 1, 1, 2, 3]);
  places[4]?.leave();
  expect(await places[4]?.entered).toBe(false);
  places[0]?.leave();
  await settled();
  expect(inside).toEqual([1, 1, 1, 1, 3]);
});
