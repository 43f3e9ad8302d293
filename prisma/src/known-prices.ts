// What providers charge, as genai-prices knows it offline: a model, at a moment, for a call of some size → unit prices.
// It computes no cost: genai-prices does so in binary floats.
import { findProvider } from '@pydantic/genai-prices';
import { knownRates, type Offer, type Rate, type Rates } from './known-rates.ts';
import type { UnitPrices } from './unit-prices.ts';

export interface PricedCall extends Offer {
  /** What the model may go by; the first name that is known counts. */
  readonly names: readonly string[];
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The prices of text tokens; null when no name is known, or text tokens are not what a call of this model costs. */
export function knownPrices(call: PricedCall): UnitPrices | null {
  for (const name of call.names) {
    const rates = knownRates(name, call);
    if (rates !== undefined) return rates && pricesFor(call, rates);
  }
  return null;
}

/** The genai-prices id of the provider behind a URL: "openai" for https://api.openai.com/v1; null if it knows none. */
export function providerOf(url: string): string | null {
  return findProvider({ providerApiUrl: url })?.id ?? null;
}

function pricesFor({ inputTokens, outputTokens }: PricedCall, rates: Rates): UnitPrices | null {
  const input = priceAt(rates.input, inputTokens);
  const cachedInput = priceAt(rates.cachedInput, inputTokens);
  const cacheWrite = priceAt(rates.cacheWrite, inputTokens);
  // An embedding model names no output price, and puts out no tokens.
  const output = priceAt(rates.output, inputTokens) ?? (outputTokens === 0 ? '0' : undefined);
  if (input === undefined || output === undefined) return null;
  return { input, output, ...(cachedInput && { cachedInput }), ...(cacheWrite && { cacheWrite }) };
}

/** A tier's price holds for the whole call, once its input is longer than the tier's start. */
const priceAt = (rate: Rate | undefined, inputTokens: number): string | undefined =>
  rate?.tiers.find(({ start }) => inputTokens > start)?.price ?? rate?.base;
