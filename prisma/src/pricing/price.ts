// What made a cost, as the row keeps it: what was charged for, at which rate, and what each comes to.
import { z } from 'zod';

const decimal = z.string().regex(/^\d+(\.\d{1,12})?$/);

const lineSchema = z.strictObject({
  /** A kind of token, a unit, or `bill`: the provider's own. */
  kind: z.string(),
  quantity: z.number(),
  /** USD for `per` of them. */
  rate: decimal,
  /** Absent: a million, as of all tokens. A row is larger by each line. */
  per: z.int().optional(),
  /** The lines' add up to the row's cost. */
  cost: decimal,
});

export const priceSchema = z.strictObject({
  /** USD per million, whether the call had such tokens or not. */
  input: decimal.optional(),
  cachedInput: decimal.optional(),
  cacheWrite: decimal.optional(),
  output: decimal.optional(),
  /** The list and the model in it, where the price is a known one. */
  list: z.string().optional(),
  /** The tier, where it is not the usual one. */
  tier: z.string().optional(),
  lines: z.array(lineSchema),
});

export type Price = z.output<typeof priceSchema>;

/** Whose price made a cost: a known list's, the operator's, or the provider's own bill. */
export const COST_SOURCES = ['known', 'operator', 'provider'] as const;

export type CostSource = (typeof COST_SOURCES)[number];
