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

/** Absent where it must be there, or neither a text nor a number. */
const decimalLike = (example: string) =>
  z
    .union([z.string(), z.number()], {
      error: ({ input }) => `${input === undefined ? 'is missing, and ' : ''}must be USD ${example}`,
    })
    .transform(String);

const perMillion = decimalLike('per million tokens, as in "2.5"').pipe(usdPerMillion);

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

const TIER = /^[a-z0-9][a-z0-9_+.-]*$/;

const flawOfTier = (name: string): string | null => {
  if (!TIER.test(name)) return 'must be a tier as the provider names it, in small letters, as in "flex"';
  return isUsualTier(name) ? 'is the usual tier: its prices stand beside `tiers`' : null;
};

const flawOfUnit = (name: string): string | null =>
  unitSchema.safeParse(name).success
    ? null
    : `is not billed by the piece: must be one of ${unitSchema.options.join(', ')}`;

/** A record's own message for a wrong key says neither which it is, nor what would be right. */
const keysWithout =
  (flawOf: (name: string) => string | null) =>
  (record: object, { addIssue }: z.core.$RefinementCtx): void => {
    for (const name of Object.keys(record)) {
      const message = flawOf(name);
      if (message !== null) addIssue({ code: 'custom', path: [name], message });
    }
  };

const each = z
  .record(z.string(), decimalLike('each, as in "0.01"').pipe(usdEach))
  .superRefine(keysWithout(flawOfUnit))
  .pipe(z.partialRecord(unitSchema, z.string()));

const tiers = z
  .record(z.string(), z.strictObject({ input: perMillion, output: perMillion, ...otherTokens }))
  .superRefine(keysWithout(flawOfTier));

export const priceRuleSchema = z
  .strictObject({
    match: z.string().min(1),
    upstream: z.string().optional(),
    input: perMillion.optional(),
    output: perMillion.optional(),
    ...otherTokens,
    each: each.optional(),
    tiers: tiers.optional(),
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
