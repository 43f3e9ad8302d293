import { describe, expect, test } from '@jest/globals';
import { excessOf, findingOf, isFarOver } from './finding.ts';
import type { Figure, Sample } from './scenario.ts';
import { intervalOf, median, percentile } from './statistics.ts';

const figure = (own: Partial<Figure> = {}): Figure => ({
  label: 'CPU',
  measure: 'cpu',
  unit: 'µs',
  as: 'ratio',
  ...own,
});
const turns = (...values: number[]): Sample[] => values.map((cpu) => ({ cpu }));

describe('the middle', () => {
  test('is the one in the middle, or between the two that are', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  test('of nothing is no number', () => {
    expect(median([])).toBeNaN();
    expect(percentile([], 0.5)).toBeNaN();
  });

  test('a percentile is the smallest value that so many do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile([7], 0.99)).toBe(7);
  });
});

describe('where a median lies', () => {
  test('is between the outermost, where they are few', () => {
    expect(intervalOf([3, 1, 2])).toEqual({ low: 1, high: 3 });
    expect(intervalOf([])).toEqual({ low: Number.NaN, high: Number.NaN });
  });

  test.each([
    [6, 1],
    [9, 2],
    [12, 3],
    [20, 6],
  ])('of %i leaves out what chance alone puts there: it begins with the %i. from either end', (count, nth) => {
    const values = Array.from({ length: count }, (_, at) => at + 1);
    expect(intervalOf(values.toReversed())).toEqual({ low: nth, high: count + 1 - nth });
  });
});

describe('a finding', () => {
  const samples = { gateway: turns(10, 30, 20), pipe: turns(20, 10, 10) };

  test('as a ratio is the median of those of single rounds, and says where they lie', () => {
    expect(findingOf(figure(), samples)).toMatchObject({
      value: 2,
      low: 0.5,
      high: 3,
      medians: { gateway: 20, pipe: 10 },
    });
  });

  test('as what is added is the median difference', () => {
    expect(findingOf(figure({ as: 'added' }), samples)).toMatchObject({ value: 10, low: -10, high: 20 });
  });

  test('of its own needs nobody to compare with', () => {
    const own = figure({ as: 'own', of: 'worker' });
    expect(findingOf(own, { worker: turns(3, 1, 2) })).toMatchObject({ value: 2, low: 1, high: 3 });
  });

  test('compares those that it names', () => {
    const named = figure({ of: 'talkative', to: 'gateway' });
    expect(findingOf(named, { ...samples, talkative: turns(40, 60, 20) })).toMatchObject({ value: 2, low: 1, high: 4 });
  });

  test('is none where one of them was not measured', () => {
    expect(findingOf(figure({ of: 'talkative' }), samples)).toBeNull();
    expect(findingOf(figure(), { gateway: turns(1) })).toBeNull();
  });
});

describe('a bound', () => {
  const found = (bound: Partial<Figure>, value: number) =>
    findingOf(figure({ as: 'own', ...bound }), { gateway: turns(value) });

  test('is met by what just reaches it, from either side', () => {
    expect(found({ atMost: 2 }, 2)?.met).toBe(true);
    expect(found({ atLeast: 2 }, 2)?.met).toBe(true);
  });

  test('is not met by what is beyond it, nor by what is no number', () => {
    expect(found({ atMost: 2 }, 2.01)?.met).toBe(false);
    expect(found({ atLeast: 2 }, 1.99)?.met).toBe(false);
    expect(found({ atMost: 2 }, Number.NaN)?.met).toBe(false);
  });

  test('is nobody’s where there is none', () => {
    expect(found({}, 5)?.met).toBeNull();
  });

  test('is missed by so many times', () => {
    expect(excessOf({ figure: figure({ atMost: 2 }), value: 5 })).toBe(2.5);
    expect(excessOf({ figure: figure({ atLeast: 100 }), value: 50 })).toBe(2);
    expect(excessOf({ figure: figure(), value: 50 })).toBe(0);
  });
});

describe('far over its bound', () => {
  test('is a ratio that is more than twice of it, or no number', () => {
    expect(isFarOver({ figure: figure({ atMost: 1.25 }), low: 2.5 })).toBe(false);
    expect(isFarOver({ figure: figure({ atMost: 1.25 }), low: 2.51 })).toBe(true);
    expect(isFarOver({ figure: figure({ atMost: 1.25 }), low: Number.NaN })).toBe(true);
  });

  test('is not what was so in one round, and less in another', () => {
    const found = (...own: number[]) =>
      findingOf(figure({ atMost: 1 }), { gateway: turns(...own), pipe: turns(1, 1, 1) });
    expect(isFarOver(found(1.9, 3, 4) as never)).toBe(false);
    expect(isFarOver(found(2.1, 3, 4) as never)).toBe(true);
  });

  test('is nothing that has no bound, nor what the clock on the wall said', () => {
    expect(isFarOver({ figure: figure(), low: 99 })).toBe(false);
    expect(isFarOver({ figure: figure({ atMost: 1, wall: true }), low: 99 })).toBe(false);
    expect(isFarOver({ figure: figure({ atMost: 1, as: 'added' }), low: 99 })).toBe(false);
    expect(isFarOver({ figure: figure({ atLeast: 10_000, as: 'own' }), low: 1 })).toBe(false);
  });
});
