import { expect, test } from '@jest/globals';
import { isUsage, opaqueUsage } from './opaque-usage.ts';

test.each([{ input_tokens: 1 }, { candidatesTokenCount: 1 }, { cost: 0 }, { cost_in_usd_ticks: 700_000_000 }])(
  'is usage, be it the provider’s bill alone: %j',
  (usage) => {
    expect(isUsage(usage)).toBe(true);
    expect(opaqueUsage(usage)).toMatchObject({ usage, disbelief: null });
  },
);

test.each([{}, { cost: null }, { billed_units: { search_units: 1 } }])('is none: %j', (usage) => {
  expect(isUsage(usage)).toBe(false);
});
