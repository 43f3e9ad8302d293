// What a model costs, by kind: as a price list knows it, or as the operator says.
import type { Per } from '../money.ts';
import { TOKEN_KINDS, type TokenKind, type TokenPrices, type UnitPrices } from '../unit-prices.ts';
import type { Price } from './price.ts';

export interface Rates {
  /** USD per million. */
  readonly tokens: Readonly<Partial<Record<TokenKind, string>>>;
  /** By unit. */
  readonly each: Readonly<Partial<Record<string, RateOfUnit>>>;
  /** The list's provider charges sound that comes in as it charges text, unless it says otherwise. */
  readonly soundIsInput: boolean;
  /** What the row's price says of it, whatever is charged. */
  readonly named: Omit<Price, 'lines' | 'tier'>;
}

export interface RateOfUnit {
  readonly usd: string;
  readonly per: Per;
  /** Less than this counts as this. */
  readonly least?: number;
}

/** `tier`: this tier has no price. */
export function operatorRates(prices: UnitPrices, tier: string | null): Rates | 'tier' {
  const tokens = tier === null ? prices : prices.tiers?.[tier];
  if (tokens === undefined) return 'tier';
  const each = Object.entries(prices.each ?? {}).map(([unit, usd]) => [unit, { usd, per: 1 }] as const);
  const rates = byKind(tokens);
  return { tokens: rates, each: Object.fromEntries(each), soundIsInput: false, named: textRates(rates) };
}

export function textRates({ input, cached_input, cache_write, output }: Rates['tokens']): Rates['named'] {
  return {
    ...(input !== undefined && { input }),
    ...(cached_input !== undefined && { cachedInput: cached_input }),
    ...(cache_write !== undefined && { cacheWrite: cache_write }),
    ...(output !== undefined && { output }),
  };
}

const KINDS = Object.entries(TOKEN_KINDS) as [TokenKind, keyof TokenPrices][];

function byKind(prices: TokenPrices): Rates['tokens'] {
  const rates: Partial<Record<TokenKind, string>> = {};
  for (const [kind, field] of KINDS) {
    const usd = prices[field];
    if (usd !== undefined) rates[kind] = usd;
  }
  return rates;
}

/** Cached and written tokens cost what other input costs, unless there is a rate for one that tells them apart. */
export function rateOf(kind: TokenKind, { tokens }: Rates): string | undefined {
  const own = tokens[kind];
  if (own !== undefined) return own;
  if (kind === 'cached_input' || kind === 'cache_write') return tokens.input;
  if (kind === 'cache_write_1h') return tokens.cache_write === undefined ? tokens.input : undefined;
  if (tokens.cached_input !== undefined) return undefined;
  if (kind === 'cached_audio') return tokens.input_audio;
  return kind === 'cached_image' ? tokens.input_image : undefined;
}
