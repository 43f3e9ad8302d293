// One entry of the file's `prices` → a rule: what an operator charges for a model's tokens by kind, for what is no token, and
// in other tiers than the usual one.
import { isUsualTier } from '@weir/ledger/prices';
import {
  TOKEN_KINDS,
  type TokenKind,
  type TokenPrices,
  unitSchema,
  usdEach,
  usdPerMillion,
} from '@weir/ledger/unit-prices';
import { z } from 'zod';
import type { PriceRule } from '../routing/directory.ts';

const decimal = z.union([z.string(), z.number()]).transform(String);
const perMillion = decimal.pipe(usdPerMillion);

const otherTokens = {
  cached_input: perMillion.optional(),
  cache_write: perMillion.optional(),
  cache_write_1h: perMillion.optional(),
  input_audio: perMillion.optional(),
  cached_audio: perMillion.optional(),
  output_audio: perMillion.optional(),
  input_image: perMillion.optional(),
  cached_image: perMillion.optional(),
  output_image: perMillion.optional(),
  input_video: perMillion.optional(),
  output_video: perMillion.optional(),
} satisfies Record<Exclude<TokenKind, 'input' | 'output'>, z.ZodType>;

const tier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_+.-]*$/, 'must be a tier as the provider names it, in small letters, as in "flex"')
  .refine((name) => !isUsualTier(name), 'is the usual tier: its prices stand beside `tiers`');

export const priceRuleSchema = z
  .strictObject({
    match: z.string().min(1),
    upstream: z.string().optional(),
    input: perMillion.optional(),
    output: perMillion.optional(),
    ...otherTokens,
    each: z.partialRecord(unitSchema, decimal.pipe(usdEach)).optional(),
    tiers: z.record(tier, z.strictObject({ input: perMillion, output: perMillion, ...otherTokens })).optional(),
  })
  .superRefine((rule, { addIssue }) => {
    if (rule.each !== undefined && rule.input === undefined && rule.output === undefined) return;
    for (const path of ['input', 'output'] as const) {
      if (rule[path] === undefined) addIssue({ code: 'custom', path: [path], message: IS_MISSING });
    }
  })
  .transform(ruleOf);

const IS_MISSING = 'must be there, unless what is billed is named under `each` alone';

type Given = { readonly [kind in TokenKind]?: string | undefined };

interface GivenRule extends Given {
  readonly match: string;
  readonly upstream?: string | undefined;
  readonly each?: PriceRule['prices']['each'];
  readonly tiers?: Record<string, Given> | undefined;
}

function ruleOf({ match, upstream, each, tiers, ...tokens }: GivenRule): PriceRule {
  const prices = {
    ...tokenPricesOf(tokens),
    ...(each && { each }),
    ...(tiers && { tiers: Object.fromEntries(Object.entries(tiers).map(([name, of]) => [name, tokenPricesOf(of)])) }),
  };
  return { match, upstream, prices };
}

function tokenPricesOf(given: Given): TokenPrices {
  const prices: TokenPrices = {};
  for (const kind of Object.keys(TOKEN_KINDS) as TokenKind[]) {
    const usd = given[kind];
    if (usd !== undefined) prices[TOKEN_KINDS[kind]] = usd;
  }
  return prices;
}
