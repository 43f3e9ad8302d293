// A model's name, its provider and a moment → what its text tokens cost, as genai-prices knows it. Looked up once for all
// calls of a second: the look-up takes longer than all else that makes a completion a row.
import { calcPrice, type ModelPrice, type TieredPrices } from '@pydantic/genai-prices';
import { formatUsd, PICO_DIGITS, parseUsd } from './money.ts';

export interface Offer {
  /** A provider's id, as `providerOf` gives it; null: whoever the model's name points to. */
  readonly provider: string | null;
  /** Prices change by date, and with some by the hour; never within a second. */
  readonly at: string;
}

/** USD per million tokens, and where a long input has another price. */
export interface Rate {
  readonly base: string;
  /** Longest first. */
  readonly tiers: readonly { readonly start: number; readonly price: string }[];
}

export type Rates = Readonly<Record<'input' | 'cachedInput' | 'cacheWrite' | 'output', Rate | undefined>>;

const MOST_REMEMBERED = 10_000;
const remembered = new Map<string, Rates | null | undefined>();

/** Undefined when the name is not known; null when text tokens are not what a call of this model costs. */
export function knownRates(name: string, offer: Offer): Rates | null | undefined {
  const second = offer.at.slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  const key = JSON.stringify([name, offer.provider, second]);
  if (remembered.has(key)) return remembered.get(key);
  if (remembered.size === MOST_REMEMBERED) remembered.clear(); // names are the callers' to choose
  const rates = lookUp(name, offer);
  remembered.set(key, rates);
  return rates;
}

function lookUp(name: string, { provider, at }: Offer): Rates | null | undefined {
  const options = { timestamp: new Date(at), ...(provider !== null && { providerId: provider }) };
  const found = calcPrice({}, name, options);
  return found === null ? undefined : textRates(found.model_price);
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

function textRates(prices: ModelPrice): Rates | null {
  if (Object.keys(prices).some((kind) => !BEARABLE.has(kind))) return null;
  const [input, cachedInput, cacheWrite, output] = TEXT.map((kind) => rateOf(prices[kind]));
  return { input, cachedInput, cacheWrite, output };
}

function rateOf(price: number | TieredPrices | undefined): Rate | undefined {
  if (price === undefined) return undefined;
  if (typeof price === 'number') return { base: decimal(price), tiers: [] };
  const tiers = price.tiers.toSorted((a, b) => b.start - a.start);
  return { base: decimal(price.base), tiers: tiers.map(({ start, price }) => ({ start, price: decimal(price) })) };
}

/** The decimal that the float was written as: "0.1", not 0.1000000000000000055; "0.0000001", not "1e-7". */
function decimal(price: number): string {
  return formatUsd(parseUsd(price.toFixed(PICO_DIGITS)));
}
