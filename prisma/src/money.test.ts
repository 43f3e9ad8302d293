import { describe, expect, test } from '@jest/globals';
import { formatUsd, parseUsd, totalOf } from './money.ts';

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

describe('totals', () => {
  test('a million tokens cost their price', () => {
    expect(formatUsd(totalOf([{ tokens: 1_000_000, usdPerMillion: '2.5' }]))).toBe('2.5');
  });

  test('what binary floats cannot sum is exact', () => {
    const charges = [
      { tokens: 3, usdPerMillion: '0.1' },
      { tokens: 3, usdPerMillion: '0.2' },
    ];
    expect(formatUsd(totalOf(charges))).toBe('0.0000009');
  });

  test('the largest counts lose no digit', () => {
    const charge = { tokens: 2_147_483_647, usdPerMillion: '0.123456789012' };
    expect(formatUsd(totalOf([charge]))).toBe('265.121435514399');
  });

  test('half a pico-USD is rounded up, less is dropped', () => {
    expect(totalOf([{ tokens: 1, usdPerMillion: '0.0000005' }])).toBe(1n);
    expect(totalOf([{ tokens: 1, usdPerMillion: '0.000000499999' }])).toBe(0n);
  });

  test('it is the sum that is rounded, not its parts', () => {
    const third = { tokens: 1, usdPerMillion: '0.0000004' };
    expect(totalOf([third, third, third])).toBe(1n);
  });

  test('nothing costs nothing', () => {
    expect(totalOf([])).toBe(0n);
  });
});
