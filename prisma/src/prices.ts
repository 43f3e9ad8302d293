// A completion → what it cost, and the unit prices that made it. The operator's own prices win; then come the known
// ones. What has no known price, or no usage that is known and believed, costs null: unknown is never free.
import type { Completion } from './completion.ts';
import { knownPrices } from './known-prices.ts';
import type { Entry } from './ledger.ts';
import { formatUsd, totalOf } from './money.ts';
import type { UnitPrices } from './unit-prices.ts';

export { providerOf } from './known-prices.ts';

type Tokens = Pick<Completion, 'inputTokens' | 'cachedInputTokens' | 'cacheWriteTokens' | 'outputTokens'>;
type Named = Pick<Completion, 'model' | 'modelRequested' | 'startedAt' | 'pricedAs'>;
export type Priced = Tokens & Named & Pick<Completion, 'usageSource' | 'unpriced' | 'priceOverride' | 'billed'>;

/** The columns that say what a request cost, and why it has no cost. */
export type Cost = Pick<Entry, 'cost' | 'costSource' | 'price' | 'unpriced'>;

export function priceOf(priced: Priced): Cost {
  const unpriced = priced.unpriced ?? reasonOf(priced);
  if (unpriced !== null) return costless(unpriced);
  const price = priced.priceOverride ?? modelPrices(priced);
  if (price === null) return costless('model');
  const costSource = priced.priceOverride === null ? 'known' : 'operator';
  return { cost: costOf(priced, price), costSource, price, unpriced: null };
}

const costless = (unpriced: string): Cost => ({ cost: null, costSource: null, price: null, unpriced });

/** What no price could help. */
function reasonOf({ usageSource, billed }: Pick<Priced, 'usageSource' | 'billed'>): string | null {
  if (billed === false) return 'replay';
  return usageSource === 'none' ? 'unreported' : null;
}

/** The model as the provider named it, else as the caller did: a deployment's or a proxy's name may hide either. */
function modelPrices(priced: Tokens & Named): UnitPrices | null {
  const { model, modelRequested, pricedAs: provider, startedAt: at, inputTokens, outputTokens } = priced;
  const names = model === null ? [modelRequested] : [model, modelRequested];
  return knownPrices({ names, provider, at, inputTokens, outputTokens });
}

/** Input includes its cached and its cache-write part: each token is charged once, at the rate of its own part. */
function costOf(tokens: Tokens, price: UnitPrices): string {
  const cached = Math.min(tokens.cachedInputTokens, tokens.inputTokens);
  const written = Math.min(tokens.cacheWriteTokens, tokens.inputTokens - cached);
  const total = totalOf([
    { tokens: tokens.inputTokens - cached - written, usdPerMillion: price.input },
    { tokens: cached, usdPerMillion: price.cachedInput ?? price.input },
    { tokens: written, usdPerMillion: price.cacheWrite ?? price.input },
    { tokens: tokens.outputTokens, usdPerMillion: price.output },
  ]);
  return formatUsd(total);
}
