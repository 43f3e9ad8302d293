// The words of the script language: what each takes, means, and is when it is not said. Knows no API: where usage can
// stand, and which words say nothing, is the asked API's to tell.
import { ENDINGS, type EndingName } from './endings.ts';
import type { Traits } from './traits.ts';

export interface Word<T> {
  readonly help: string;
  /** The values it takes, in words; empty for a word that stands alone. */
  readonly takes: string;
  readonly fallback: T;
  /** Undefined refuses the value. */
  readonly read: (value: string) => T | undefined;
}

export const ENCODINGS = ['none', 'gzip', 'deflate', 'br', 'zstd'] as const;

const MAX_MS = 2_147_483_647; // setTimeout takes 32 bits; a longer one would fire at once
const MAX_TOKENS = 10_000_000;
const MAX_TOLD = Number.MAX_SAFE_INTEGER; // a provider can say anything
const MAX_BYTES = 268_435_456;

export type Vocabulary = ReturnType<typeof vocabularyOf>;

/** All words; in a script they are written in kebab case (`huge-frame`). */
export const vocabularyOf = ({ usages, defaults = {} }: Pick<Traits, 'usages' | 'defaults'>) => ({
  tokens: whole(defaults.tokens ?? 12, { max: MAX_TOKENS }, 'how many content tokens, a frame each'),
  every: whole(5, { max: MAX_MS }, 'milliseconds between tokens; 0: as fast as the client reads'),
  headers: whole(0, { max: MAX_MS }, 'milliseconds before the response headers'),
  first: whole(0, { max: MAX_MS }, 'milliseconds from the headers to the first token'),
  size: whole(undefined, { min: 1, max: MAX_BYTES }, 'bytes of text in a token (default: a word)'),
  hugeFrame: whole(
    undefined,
    { min: 1, max: MAX_BYTES },
    'one more content frame of that many bytes, after the tokens',
  ),

  end: oneOf<EndingName>('done', Object.keys(ENDINGS) as EndingName[], 'how it ends, see below'),
  status: whole(undefined, { min: 400, max: 599 }, 'an error status in place of an answer (429 with retry-after)'),
  reason: {
    help: 'the finish reason (default: of a good answer); Responses: the reason why it is incomplete',
    takes: 'a word',
    fallback: undefined,
    read: aWord,
  } as Word<string | undefined>,
  tools: flag('answers with a tool call'),

  usage: oneOf<string>(
    Object.keys(usages)[0] ?? '',
    Object.keys(usages),
    'where usage is told; the first below is the default',
  ),
  input: whole(undefined, { max: MAX_TOLD }, 'input tokens told (default: a quarter of the characters of the prompt)'),
  cached: whole(0, { max: MAX_TOLD }, 'of these, read from the cache'),
  cacheWrite: whole(0, { max: MAX_TOLD }, 'of these, written to the cache'),
  output: whole(undefined, { max: MAX_TOLD }, 'output tokens told (default: the tokens sent, and reasoning)'),
  reasoning: whole(0, { max: MAX_TOLD }, 'of these, spent on reasoning'),

  eol: oneOf(defaults.eol ?? 'lf', ['lf', 'crlf', 'cr'], 'how lines of the stream end'),
  comments: flag('a comment frame before every frame'),
  split: whole(undefined, { min: 1, max: MAX_BYTES }, 'writes the body in pieces of that many bytes'),
  encoding: oneOf('none', ENCODINGS, 'compresses the body, asked or not, flushed at every write'),
});

function whole<T extends number | undefined>(
  fallback: T,
  { min = 0, max }: { min?: number; max: number },
  help: string,
): Word<T | number> {
  const read = (value: string) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
  };
  return { help, takes: `a whole number from ${min} to ${max}`, fallback, read };
}

function oneOf<const T extends string>(fallback: T, values: readonly T[], help: string): Word<T> {
  return { help, takes: `one of ${values.join(' ')}`, fallback, read: (value) => values.find((one) => one === value) };
}

function flag(help: string): Word<boolean> {
  return { help, takes: '', fallback: false, read: () => true };
}

function aWord(value: string): string | undefined {
  return /^\w+$/.test(value) ? value : undefined;
}
