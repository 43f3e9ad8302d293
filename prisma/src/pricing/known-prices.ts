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
  const found = firstKnown(call);
  if (typeof found === 'string') return found;
  return call.tier === null ? ratesAt(found, call.inputTokens) : 'tier';
}

function firstKnown(call: PricedCall): KnownRates | 'model' | 'rate' {
  for (const [at, name] of call.names.entries()) {
    const found = knownRates(name, call);
    if (found === undefined) continue;
    if (found === 'rate' || call.provider !== null) return found;
    const others = call.names.slice(at + 1).map((other) => knownRates(other, call));
    return others.some((other) => contradicts(found, other)) ? 'model' : found;
  }
  return 'model';
}

/** Where nobody said who sells it: the other name is another seller's, and has another price there. */
function contradicts(found: KnownRates, other: ReturnType<typeof knownRates>): boolean {
  if (other === undefined || other === 'rate') return false;
  const [ours, theirs] = [ratesAt(found, 0), ratesAt(other, 0)];
  if (ours === 'rate' || theirs === 'rate') return false;
  const isSame = ours.tokens.input === theirs.tokens.input && ours.tokens.output === theirs.tokens.output;
  return !isSame && sellerOf(ours) !== sellerOf(theirs);
}

const sellerOf = ({ named }: Rates): string | undefined => named.list?.split('/')[0];

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
