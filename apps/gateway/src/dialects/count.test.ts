import { describe, expect, test } from '@jest/globals';
import { type Count, countIn, HIGHEST_COUNT, sumOf, worstOf } from './count.ts';

const doubt = (flaw: string) => ({ member: 'a', flaw });
const UNREADABLE = { member: 'x', flaw: 'is no number' } as const;
const NEGATIVE = { member: 'y', flaw: 'is negative' } as const;

describe('a count', () => {
  test.each([
    [0, 0],
    [17, 17],
    [12.0, 12],
    [HIGHEST_COUNT, HIGHEST_COUNT],
    ['0', 0],
    ['17', 17],
    ['12.0', 12],
    ['100000000', HIGHEST_COUNT],
  ])('of %j is %j', (value, count) => {
    expect(countIn({ a: value }, 'a')).toBe(count);
  });

  test.each([[null], [undefined]])('that is %j is not said', (value) => {
    expect(countIn({ a: value }, 'a')).toBeNull();
    expect(countIn({}, 'a')).toBeNull();
  });

  test.each([[''], ['NaN'], ['x'], [' 1'], ['1e3'], ['0x10'], ['1.'], ['+1'], [true], [false], [[1]], [[]], [{}]])(
    'of %j cannot be read',
    (value) => {
      expect(countIn({ a: value }, 'a')).toEqual(doubt('is no number'));
    },
  );

  test.each([[-1], [-0.5], ['-1'], [-1e308], [-Infinity]])('of %j is negative', (value) => {
    expect(countIn({ a: value }, 'a')).toEqual(doubt('is negative'));
  });

  test.each([[1.9], [0.5], ['1.5']])('of %j is not whole', (value) => {
    expect(countIn({ a: value }, 'a')).toEqual(doubt('is not whole'));
  });

  test.each([[HIGHEST_COUNT + 1], [1e308], [Infinity], ['9'.repeat(400)]])('of %j is over the ceiling', (value) => {
    expect(countIn({ a: value }, 'a')).toEqual(doubt('is over 100,000,000'));
  });
});

test('the ceiling in words is the ceiling in numbers', () => {
  expect(HIGHEST_COUNT.toLocaleString('en-US')).toBe('100,000,000');
});

describe('a sum', () => {
  test.each<[readonly Count[], Count]>([
    [[1, 2, 3], 6],
    [[1, null, 0], 1],
    [[null, null], null],
    [[], null],
    [[1, UNREADABLE, 3], UNREADABLE],
    [[UNREADABLE, NEGATIVE], NEGATIVE],
    [[null, NEGATIVE], NEGATIVE],
  ])('of %j is %j', (counts, sum) => {
    expect(sumOf(counts)).toBe(sum);
  });
});

test('what is absurd is worse than what cannot be read', () => {
  expect(worstOf([3, UNREADABLE, null, NEGATIVE])).toBe(NEGATIVE);
  expect(worstOf([undefined, UNREADABLE])).toBe(UNREADABLE);
  expect(worstOf([3, null, undefined])).toBeUndefined();
});
