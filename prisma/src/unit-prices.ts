// What a million tokens of each kind cost, in USD, as exact decimal strings. Cached and cache-write tokens fall back to
// the input price where a provider names none of their own.
import { z } from 'zod';

export const usdPerMillion = z.string().regex(/^\d{1,12}(\.\d{1,12})?$/, 'must be USD per million tokens, as in "2.5"');

export const unitPricesSchema = z.strictObject({
  input: usdPerMillion,
  cachedInput: usdPerMillion.optional(),
  cacheWrite: usdPerMillion.optional(),
  output: usdPerMillion,
});

export type UnitPrices = z.output<typeof unitPricesSchema>;
