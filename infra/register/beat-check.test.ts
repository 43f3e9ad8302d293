import { describe, expect, test } from '@jest/globals';
import { BeatCheck, checkedBeat } from './beat-check.ts';

const GIVEN_UP = null;

/** What is said of each beat that is answered with a number; the others are given up. */
function verdicts(isInOrder: boolean, ...answers: readonly (number | null)[]): boolean[] {
  const check = new BeatCheck({ isInOrder });
  return answers.flatMap((reached) => {
    const follows = check.send();
    return reached === GIVEN_UP ? [] : [follows(reached)];
  });
}

describe.each([true, false])('of beats (in order: %s)', (isInOrder) => {
  test('each of which is one more than the last, none is a sign', () => {
    expect(verdicts(isInOrder, 1, 2, 3, 4)).toEqual([true, true, true, true]);
  });

  test('the first may reach any number', () => {
    expect(verdicts(isInOrder, 17, 18)).toEqual([true, true]);
  });

  test.each([
    ['begins anew', 1],
    ['falls back', 7],
    ['stands still', 8],
    ['leaps', 10],
  ])('one that %s is a sign, and the next one follows on it', (_, reached) => {
    expect(verdicts(isInOrder, 7, 8, reached, reached + 1)).toEqual([true, true, false, true]);
  });

  test('those that were given up and counted all the same are no sign', () => {
    expect(verdicts(isInOrder, 7, GIVEN_UP, GIVEN_UP, 10)).toEqual([true, true]);
  });

  test('one that does not grow after some were given up is a sign', () => {
    expect(verdicts(isInOrder, 7, GIVEN_UP, 7)).toEqual([true, false]);
  });
});

test('of beats in order, those that were given up must have been counted', () => {
  expect(verdicts(true, 7, GIVEN_UP, 8)).toEqual([true, false]);
});

test('of beats in any order, those that were given up may be uncounted', () => {
  expect(verdicts(false, 7, GIVEN_UP, GIVEN_UP, 8)).toEqual([true, true]);
  expect(verdicts(false, 7, GIVEN_UP, GIVEN_UP, 9)).toEqual([true, true]);
  expect(verdicts(false, 7, GIVEN_UP, GIVEN_UP, 11)).toEqual([true, false]);
});

test('after a reset the next number is a first one', () => {
  const check = new BeatCheck({ isInOrder: true });
  check.send()(7);
  check.send();
  check.reset();
  expect(check.send()(1)).toBe(true);
});

test('a checked beat tells before it hands on its answer, and hands on what it meets', async () => {
  const told: string[] = [];
  const answers = [5, 1];
  const beat = async () => answers.shift() ?? Promise.reject(new Error('away'));
  const checked = checkedBeat(beat, {
    check: new BeatCheck({ isInOrder: true }),
    onForgotten: () => void told.push('forgotten'),
  });
  await checked('gateway-1');
  expect(told).toEqual([]);
  await checked('gateway-1').then((reached) => void told.push(`reached ${reached}`));
  expect(told).toEqual(['forgotten', 'reached 1']);
  await expect(checked('gateway-1')).rejects.toThrow('away');
});
