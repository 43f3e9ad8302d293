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

test.each(['', '-1', '1e3', '1.', '.5', '1.1234567890123', '1234567890123', 2.5])('%j is no price', (price) => {
  expect(unitPricesSchema.safeParse({ input: price, output: '1' }).success).toBe(false);
});

test('a price for what is not priced is a mistake', () => {
  expect(unitPricesSchema.safeParse({ input: '1', output: '1', inputs: '1' }).success).toBe(false);
});
