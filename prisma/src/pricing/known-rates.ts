// A model's name, its provider and a moment → what it costs, as genai-prices knows it. Looked up once for all calls of a
// second: the look-up takes longer than all else that makes a completion a row.
import { calcPrice, type ModelPrice, type TieredPrices } from '@pydantic/genai-prices';
import { decimalOf, type Per } from '../money.ts';
import type { TokenKind } from '../unit-prices.ts';
import { homesOf } from './model-homes.ts';
import { type Rates, textRates } from './rates.ts';

export interface Offer {
  /** A provider's id, as `providerOf` gives it; null: whoever the model's name points to. */
  readonly provider: string | null;
  /** Prices change by date, and with some by the hour; never within a second. */
  readonly at: string;
}

/** Longest input first: its rates hold for the whole call, once its input is longer than that. */
export type KnownRates = readonly { readonly above: number; readonly rates: Rates }[];

type Found = KnownRates | 'rate' | undefined;

// No list has a longer one, and a look-up compares it with all that they have.
const LONGEST_NAME = 256;

const MOST_REMEMBERED = 10_000;
const remembered = new Map<string, Found>();

/** Undefined where the name has no price, or several; `rate` where it costs what is not understood here. */
export function knownRates(name: string, offer: Offer): Found {
  if (name.length > LONGEST_NAME) return undefined;
  const second = offer.at.slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  const key = `${second} ${name.length} ${name} ${offer.provider ?? ''}`;
  if (remembered.has(key)) return remembered.get(key);
  if (remembered.size === MOST_REMEMBERED) remembered.clear(); // names are the callers' to choose
  const found = lookUp(name, offer);
  remembered.set(key, found);
  return found;
}

/** Where more than one list has the name, they must agree on what goes in and what comes out. */
function lookUp(name: string, { provider, at }: Offer): Found {
  if (SEARCHES_UNSEEN.test(name)) return 'rate';
  const homes = provider === null ? homesOf(name) : [{ provider, name }];
  const timestamp = new Date(at);
  const prices = homes
    .map((home) => calcPrice({}, home.name, { providerId: home.provider, timestamp }))
    .filter((found) => found !== null)
    .filter(({ model_price }) => Object.keys(model_price).length > 0); // it is named, and its price is not
  const [first, ...others] = prices;
  if (first === undefined || others.some((other) => textPrice(other.model_price) !== textPrice(first.model_price))) {
    return undefined;
  }
  return ratesOf(first.model_price, { provider: first.provider.id, list: `${first.provider.id}/${first.model.id}` });
}

// Each answer of these has a fee for a search, which neither the lists nor the answer's usage say.
const SEARCHES_UNSEEN = /-search-(?:preview|api)\b/;

const textPrice = ({ input_mtok, output_mtok }: ModelPrice): string => JSON.stringify([input_mtok, output_mtok]);

const TOKENS: Readonly<Record<string, TokenKind>> = {
  input_mtok: 'input',
  cache_read_mtok: 'cached_input',
  cache_write_mtok: 'cache_write',
  cache_write_1h_mtok: 'cache_write_1h',
  output_mtok: 'output',
  input_audio_mtok: 'input_audio',
  cache_audio_read_mtok: 'cached_audio',
  output_audio_mtok: 'output_audio',
  input_image_mtok: 'input_image',
  cache_image_read_mtok: 'cached_image',
  output_image_mtok: 'output_image',
  input_video_mtok: 'input_video',
  output_video_mtok: 'output_video',
};

const EACH: Readonly<Record<string, { readonly unit: string; readonly per: Per }>> = {
  requests_kcount: { unit: 'requests', per: 1_000 },
  web_searches_kcount: { unit: 'web_searches', per: 1_000 },
  storage_searches_kcount: { unit: 'file_searches', per: 1_000 },
  social_searches_kcount: { unit: 'social_searches', per: 1_000 },
  code_executions_kcount: { unit: 'code_executions', per: 1_000 },
  input_document_kpages: { unit: 'pages', per: 1_000 },
  input_mchars: { unit: 'characters', per: 1_000_000 },
  audio_hours: { unit: 'seconds', per: 3_600 },
  input_audio_hours: { unit: 'seconds', per: 3_600 },
};

// Bills a transcription as one of ten seconds at least.
const LEAST_SECONDS: Readonly<Record<string, number>> = { groq: 10 };

// Its pages name a price for sound where it is another one.
const SOUND_IS_INPUT = 'google';

interface Origin {
  readonly provider: string;
  readonly list: string;
}

/** Any other kind of price would make the sum a wrong invoice for every call. */
function ratesOf(prices: ModelPrice, { provider, list }: Origin): Found {
  const kinds = Object.keys(prices);
  if (kinds.some((kind) => TOKENS[kind] === undefined && EACH[kind] === undefined)) return 'rate';
  const starts = new Set(Object.values(prices).flatMap((price) => (isTiered(price) ? price.tiers.map(startOf) : [])));
  return [...starts, -1]
    .sort((a, b) => b - a)
    .map((above) => {
      const at = (kind: string) => decimalOf(priceAbove(prices[kind] ?? 0, above));
      const tokens = kinds.flatMap((kind) => (TOKENS[kind] ? [[TOKENS[kind], at(kind)]] : []));
      const each = kinds.flatMap((kind) => {
        const unit = EACH[kind];
        return unit === undefined
          ? []
          : [[unit.unit, { usd: at(kind), per: unit.per, ...leastOf(unit.unit, provider) }]];
      });
      const rates: Rates['tokens'] = Object.fromEntries(tokens);
      const named = { ...textRates(rates), list };
      const soundIsInput = provider === SOUND_IS_INPUT;
      return { above, rates: { tokens: rates, each: Object.fromEntries(each), soundIsInput, named } };
    });
}

const isTiered = (price: ModelPrice[string]): price is TieredPrices => typeof price === 'object';
const startOf = ({ start }: { readonly start: number }): number => start;

function priceAbove(price: number | TieredPrices, above: number): number {
  if (typeof price === 'number') return price;
  return price.tiers.toSorted((a, b) => b.start - a.start).find(({ start }) => start <= above)?.price ?? price.base;
}

function leastOf(unit: string, provider: string): { least?: number } {
  const least = unit === 'seconds' ? LEAST_SECONDS[provider] : undefined;
  return least === undefined ? {} : { least };
}
