// The counts of a provider's usage object → what is believed of it. Where either input or output cannot be read, the
// other one still holds. Where a number cannot be true, nothing does. No count is ever made up.
import { believable, type Count, type Doubt, isAbsurd, worstOf } from './count.ts';
import { isWithin, type JsonObject } from './json.ts';
import { NO_TOKENS, type Tokens, tokensOf } from './tokens.ts';

export interface UsageReading {
  /** The provider's own usage object; null if it never reported one. */
  readonly usage: Record<string, unknown> | null;
  readonly tokens: Tokens;
  /** Null: all of it is believed. */
  readonly disbelief: Disbelief | null;
}

interface Disbelief {
  /** `half`: either input or output holds, and the zeros of the other one are unknown. */
  readonly of: 'half' | 'all';
  /** One sentence for the row; never a value. */
  readonly detail: string;
}

export const UNREPORTED: UsageReading = { usage: null, tokens: NO_TOKENS, disbelief: null };

/** More than this is not kept of one usage object, where more than one must be. */
const MAX_USAGE_LENGTH = 65_536;

export const isKept = (usage: JsonObject): boolean => isWithin(MAX_USAGE_LENGTH, usage);

/** A provider said it in so many parts, or so many words, that not all of them were kept. */
export const partlyKept = (usage: JsonObject): UsageReading => ({
  usage: { ...usage },
  tokens: NO_TOKENS,
  disbelief: { of: 'all', detail: "The provider's usage cannot be believed: there is too much of it." },
});

interface Counts {
  readonly input: Count;
  readonly cachedInput?: Count;
  readonly cacheWrite?: Count;
  readonly output: Count;
  readonly reasoning?: Count;
}

/** A part that is not believed spoils its side: the side's price would be wrong. */
export function usageReading(usage: JsonObject, counts: Counts): UsageReading {
  const { input, cachedInput, cacheWrite, output, reasoning } = counts;
  const inputDoubt = worstOf([within('the input', input), cachedInput, cacheWrite]);
  const outputDoubt = worstOf([within('the output', output), reasoning]);
  const believed = {
    ...(inputDoubt === undefined && { input, cachedInput, cacheWrite }),
    ...(outputDoubt === undefined && { output, reasoning }),
  };
  const disbelief = disbeliefOf(worstOf([inputDoubt, outputDoubt]), believed.input ?? believed.output);
  return { usage: { ...usage }, tokens: disbelief?.of === 'all' ? NO_TOKENS : tokensIn(believed), disbelief };
}

/** Parts that are each believed may still add up to what is not. */
const within = (side: string, count: Count): Count => (typeof count === 'number' ? believable(side, count) : count);

function disbeliefOf(doubt: Doubt | undefined, known: Count | undefined): Disbelief | null {
  if (doubt === undefined) return null;
  const detail = `The provider's usage cannot be believed: ${doubt.member} ${doubt.flaw}.`;
  return { of: isAbsurd(doubt) || (known ?? null) === null ? 'all' : 'half', detail };
}

function tokensIn({ input, cachedInput, cacheWrite, output, reasoning }: Partial<Counts>): Tokens {
  return tokensOf({
    input: numberIn(input),
    cachedInput: numberIn(cachedInput),
    cacheWrite: numberIn(cacheWrite),
    output: numberIn(output),
    reasoning: numberIn(reasoning),
  });
}

const numberIn = (count: Count | undefined): number => (typeof count === 'number' ? count : 0);
