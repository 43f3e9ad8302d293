// The tokens of a call, each in the one kind that it is charged as. Sound and images are kinds of their own where they have
// a rate of their own; what cannot be told apart, and has different rates, is not guessed.
import type { TokenKind } from '../unit-prices.ts';
import type { Modalities } from './details.ts';
import type { Quantities } from './quantities.ts';
import type { Rates } from './rates.ts';

export type Tokens = Partial<Record<TokenKind, number>>;

const MODALITIES = ['audio', 'image', 'video'] as const;

/** Null: some have no rate, or which rate is theirs is not said. */
export function tokensByKind(used: Quantities, rates: Rates): Tokens | null {
  const input = inputByKind(used, rates);
  const output = outputByKind(used, rates);
  return input === null || output === null ? null : Object.assign(input, output);
}

/** Read from the cache and written to it are the same tokens where the input is too short for both: they are billed as both. */
function inputByKind(used: Quantities, rates: Rates): Tokens | null {
  const { inputTokens, cachedTokens, writtenTokens, writtenForAnHour } = used;
  const apart = inputApart(used, rates);
  if (apart === null) return null;
  const others = apart.fresh.audio + apart.fresh.image + apart.fresh.video;
  const tokens: Tokens = {
    input: Math.max(0, inputTokens - readOrWritten(used) - others),
    cached_input: Math.max(0, cachedTokens - apart.cached.audio - apart.cached.image),
    cache_write: writtenTokens - Math.min(writtenForAnHour, writtenTokens),
    cache_write_1h: Math.min(writtenForAnHour, writtenTokens),
  };
  if (others + apart.cached.audio + apart.cached.image === 0) return tokens;
  return Object.assign(tokens, {
    input_audio: apart.fresh.audio,
    cached_audio: apart.cached.audio,
    input_image: apart.fresh.image,
    cached_image: apart.cached.image,
    input_video: apart.fresh.video,
  });
}

function readOrWritten({ inputTokens, cachedTokens, writtenTokens }: Quantities): number {
  const sum = cachedTokens + writtenTokens;
  return sum > inputTokens ? Math.max(cachedTokens, writtenTokens) : sum;
}

type Known = Readonly<Record<(typeof MODALITIES)[number], number>>;

const NONE: Known = { audio: 0, image: 0, video: 0 };
const NONE_APART = { fresh: NONE, cached: NONE };

/** What has a rate of its own, and how much of it came from the cache. */
function inputApart(used: Quantities, rates: Rates): typeof NONE_APART | null {
  const { input, cached, inputTokens, cachedTokens, writtenTokens } = used;
  if ((input.audio ?? 0) > 0 && rates.tokens.input_audio === undefined && !rates.soundIsInput) return null;
  const own = (modality: (typeof MODALITIES)[number]) =>
    rates.tokens[`input_${modality}`] === undefined ? 0 : Math.min(input[modality] ?? 0, inputTokens);
  const total = { audio: own('audio'), image: own('image'), video: own('video') };
  if (total.audio + total.image + total.video === 0) return NONE_APART;
  if (writtenTokens > 0 || (cachedTokens > 0 && !isTold(total, cached))) return null;
  const from = (modality: (typeof MODALITIES)[number]) =>
    Math.min(cached[modality] ?? 0, total[modality], cachedTokens);
  const read = { audio: from('audio'), image: from('image'), video: from('video') };
  if (read.video > 0) return null;
  const fresh = { audio: total.audio - read.audio, image: total.image - read.image, video: total.video };
  return { fresh, cached: read };
}

const isTold = (total: Known, said: Modalities): boolean =>
  MODALITIES.every((modality) => total[modality] === 0 || said[modality] !== undefined);

function outputByKind({ output, outputTokens, onlyOutput }: Quantities, { tokens: rates }: Rates): Tokens | null {
  if (outputTokens === 0) return {};
  const tokens: Tokens = {};
  let rest = outputTokens;
  for (const modality of MODALITIES) {
    const said = output[modality];
    const kind = `output_${modality}` as const;
    if (rates[kind] !== undefined) {
      if (said === undefined) return null;
      tokens[kind] = Math.min(said, rest);
      rest -= tokens[kind];
    } else if (said !== undefined && said > 0 && (modality !== onlyOutput || said < outputTokens)) {
      return null; // a model that puts out nothing else has it as its output's rate
    }
  }
  tokens.output = rest;
  return tokens;
}
