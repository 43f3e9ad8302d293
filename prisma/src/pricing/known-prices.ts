// What providers charge, as genai-prices knows it offline: a model, at a moment, for a call of some size → its rates. It
// computes no cost: genai-prices does so in binary floats.
import { findProvider } from '@pydantic/genai-prices';
import { type KnownRates, knownRates, type Offer } from './known-rates.ts';
import type { Rates } from './rates.ts';

export interface PricedCall extends Offer {
  /** What the model may go by; the first name that is known counts. */
  readonly names: readonly string[];
  readonly inputTokens: number;
  readonly tier: string | null;
}

/** The lists know the usual tier alone. */
export function knownPrices(call: PricedCall): Rates | 'model' | 'rate' | 'tier' {
  for (const name of call.names) {
    const found = knownRates(name, call);
    if (found === undefined) continue;
    if (found === 'rate') return 'rate';
    return call.tier === null ? ratesAt(found, call.inputTokens) : 'tier';
  }
  return 'model';
}

/** Undefined never comes: the last of them is for any input. */
const ratesAt = (found: KnownRates, inputTokens: number): Rates | 'rate' =>
  found.find(({ above }) => inputTokens > above)?.rates ?? 'rate';

/** The genai-prices id of the provider behind a URL: "openai" for https://api.openai.com/v1; null if it knows none. */
export function providerOf(url: string): string | null {
  return findProvider({ providerApiUrl: url })?.id ?? null;
}

/** An upstream whose prices these are has none: nobody bills what it answers. */
export const SIMULATOR = 'simulator';

/** The id of a provider by its name, or by one that it goes by elsewhere; null if none is known. */
export function providerNamed(name: string): string | null {
  return name === SIMULATOR ? SIMULATOR : (findProvider({ providerId: name })?.id ?? null);
}
