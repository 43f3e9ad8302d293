// What providers charge, as genai-prices knows it offline: a model, at a moment, for a call of some size → unit prices.
// It computes no cost: genai-prices does so in binary floats.
import { calcPrice, findProvider, type ModelPrice } from '@pydantic/genai-prices';
import { formatUsd, PICO_DIGITS, parseUsd } from './money.ts';
import type { UnitPrices } from './unit-prices.ts';

export interface PricedCall {
  /** What the model may go by; the first name that is known counts. */
  readonly names: readonly string[];
  /** A provider's id, as `providerOf` gives it; null: whoever the model's name points to. */
  readonly provider: string | null;
  /** Prices change by date, and with some by the hour. */
  readonly at: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The prices of text tokens; null when no name is known, or text tokens are not what a call of this model costs. */
export function knownPrices(call: PricedCall): UnitPrices | null {
  const provider = call.provider === null ? {} : { providerId: call.provider };
  const options = { timestamp: new Date(call.at), ...provider };
  for (const name of call.names) {
    const found = calcPrice({}, name, options);
    if (found !== null) return textPrices(found.model_price, call);
  }
  return null;
}

/** The genai-prices id of the provider behind a URL: "openai" for https://api.openai.com/v1; null if it knows none. */
export function providerOf(url: string): string | null {
  return findProvider({ providerApiUrl: url })?.id ?? null;
}

// What a call may cost beside its text tokens, and which the columns do not count: searches, cache writes kept for an
// hour, input that is not text. Such a model has a price, and its cost is that of all its tokens at the text rates.
// Any other kind of price (a fee on every request, output that is not text, pages, hours) would make the sum of the
// token columns a wrong invoice for every call, so the model counts as one without a known price.
const BESIDE_TEXT = [
  'cache_write_1h_mtok',
  'input_audio_mtok',
  'input_image_mtok',
  'input_video_mtok',
  'cache_audio_read_mtok',
  'cache_image_read_mtok',
  'web_searches_kcount',
  'storage_searches_kcount',
  'social_searches_kcount',
];
const TEXT = ['input_mtok', 'cache_read_mtok', 'cache_write_mtok', 'output_mtok'];
const BEARABLE = new Set([...TEXT, ...BESIDE_TEXT]);

function textPrices(prices: ModelPrice, call: PricedCall): UnitPrices | null {
  if (Object.keys(prices).some((kind) => !BEARABLE.has(kind))) return null;
  const rate = (kind: string) => rateOf(prices[kind], call.inputTokens);
  const input = rate('input_mtok');
  const cachedInput = rate('cache_read_mtok');
  const cacheWrite = rate('cache_write_mtok');
  // An embedding model names no output price, and puts out no tokens.
  const output = rate('output_mtok') ?? (call.outputTokens === 0 ? '0' : undefined);
  if (input === undefined || output === undefined) return null;
  return { input, output, ...(cachedInput && { cachedInput }), ...(cacheWrite && { cacheWrite }) };
}

/** A tier's price holds for the whole call, once its input is longer than the tier's start. */
function rateOf(price: ModelPrice[string], inputTokens: number): string | undefined {
  if (price === undefined) return undefined;
  if (typeof price === 'number') return decimal(price);
  const reached = price.tiers.filter((tier) => inputTokens > tier.start).sort((a, b) => b.start - a.start);
  return decimal(reached[0]?.price ?? price.base);
}

/** The decimal that the float was written as: "0.1", not 0.1000000000000000055; "0.0000001", not "1e-7". */
function decimal(price: number): string {
  return formatUsd(parseUsd(price.toFixed(PICO_DIGITS)));
}
