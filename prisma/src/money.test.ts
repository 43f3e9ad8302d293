import { describe, expect, test } from '@jest/globals';
import { type Charge, decimalOf, formatUsd, parseUsd, sharesOf } from './money.ts';

describe('amounts', () => {
  test.each([
    ['0', 0n],
    ['2.5', 2_500_000_000_000n],
    ['0.000000000001', 1n],
    ['12345678.123456789012', 12_345_678_123_456_789_012n],
    ['90071992547.40993', 90_071_992_547_409_930_000_000n],
  ])('%s reads, and prints as it was', (text, pico) => {
    expect(parseUsd(text)).toBe(pico);
    expect(formatUsd(pico)).toBe(text);
  });

  test('zeros that say nothing are not printed', () => {
    expect(formatUsd(parseUsd('10.500'))).toBe('10.5');
    expect(formatUsd(parseUsd('10.000'))).toBe('10');
  });

  test.each(['', '1e-7', '-1', '+1', '.5', '5.', '1,5', ' 1', '0.0000000000001', 'NaN'])(
    '%j is not an amount',
    (text) => {
      expect(() => parseUsd(text)).toThrow(RangeError);
    },
  );
});

const total = (charges: readonly Charge[]) => sharesOf(charges).reduce((sum, share) => sum + share, 0n);
const million = { per: 1_000_000 } as const;

describe('totals', () => {
  test('a million tokens cost their price', () => {
    expect(formatUsd(total([{ quantity: 1_000_000, usd: '2.5', ...million }]))).toBe('2.5');
  });

  test('what binary floats cannot sum is exact', () => {
    const charges = [
      { quantity: 3, usd: '0.1', ...million },
      { quantity: 3, usd: '0.2', ...million },
    ];
    expect(formatUsd(total(charges))).toBe('0.0000009');
  });

  test('the largest counts lose no digit', () => {
    const charge = { quantity: 2_147_483_647, usd: '0.123456789012', ...million };
    expect(formatUsd(total([charge]))).toBe('265.121435514399');
  });

  test('half a pico-USD is rounded up, less is dropped', () => {
    expect(total([{ quantity: 1, usd: '0.0000005', ...million }])).toBe(1n);
    expect(total([{ quantity: 1, usd: '0.000000499999', ...million }])).toBe(0n);
  });

  test('it is the sum that is rounded, not its parts, and the parts add up to it', () => {
    const third = { quantity: 1, usd: '0.0000004', ...million };
    expect(sharesOf([third, third, third])).toEqual([0n, 1n, 0n]);
  });

  test('nothing costs nothing', () => {
    expect(sharesOf([])).toEqual([]);
  });

  test('a call, a thousand calls and an hour have their price as well, and so has a part of it', () => {
    expect(formatUsd(total([{ quantity: 3, usd: '0.01', per: 1 }]))).toBe('0.03');
    expect(formatUsd(total([{ quantity: 3, usd: '10', per: 1_000 }]))).toBe('0.03');
    expect(formatUsd(total([{ quantity: 12.5, usd: '0.36', per: 3_600 }]))).toBe('0.00125');
    expect(formatUsd(total([{ quantity: 1, usd: '0.111', per: 3_600 }]))).toBe('0.000030833333');
  });
});

describe('a float', () => {
  test.each([
    [0.1, '0.1'],
    [1e-7, '0.0000001'],
    [0.08333333333333334, '0.083333333333'],
    [12_345_678.9, '12345678.9'],
    [1e-13, '0'],
    [0, '0'],
  ])('%s is the decimal that it was written as', (float, text) => {
    expect(decimalOf(float)).toBe(text);
  });
});
