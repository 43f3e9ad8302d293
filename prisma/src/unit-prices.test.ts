import { expect, test } from '@jest/globals';
import { unitPricesSchema } from './unit-prices.ts';

test('input and output are enough', () => {
  const prices = { input: '2.5', output: '10' };
  expect(unitPricesSchema.parse(prices)).toEqual(prices);
});

test('cached and cache-write tokens may have prices of their own', () => {
  const prices = { input: '3', cachedInput: '0.3', cacheWrite: '3.75', output: '15' };
  expect(unitPricesSchema.parse(prices)).toEqual(prices);
});

test('so may sound and images, what is no token, and tiers', () => {
  const prices = {
    input: '2.5',
    output: '10',
    inputAudio: '32',
    each: { requests: '0.005', web_searches: '0.01' },
    tiers: { flex: { input: '1.25', output: '5' } },
  };
  expect(unitPricesSchema.parse(prices)).toEqual(prices);
  expect(unitPricesSchema.parse({ each: { seconds: '0.0001' } })).toEqual({ each: { seconds: '0.0001' } });
});

test('a price for a unit that nobody counts is a mistake', () => {
  expect(unitPricesSchema.safeParse({ each: { websearches: '0.01' } }).success).toBe(false);
});

test.each(['', '-1', '1e3', '1.', '.5', '1.1234567890123', '1234567890123', 2.5])('%j is no price', (price) => {
  expect(unitPricesSchema.safeParse({ input: price, output: '1' }).success).toBe(false);
});

test('a price for what is not priced is a mistake', () => {
  expect(unitPricesSchema.safeParse({ input: '1', output: '1', inputs: '1' }).success).toBe(false);
});
