// OpenAI's usage object, and what its many imitators made of it → token counts. Which object counts is decided where it
// is seen; here only its numbers are read, each once, though providers say some of them in two places.
import { asNumber, type Count, countIn, sumOf } from '../count.ts';
import { type JsonObject, objectIn } from '../json.ts';
import { type UsageReading, usageReading } from '../usage-reading.ts';

export const inputIn = (usage: JsonObject) => countIn(usage, 'prompt_tokens') ?? countIn(usage, 'input_tokens');
const outputIn = (usage: JsonObject) => countIn(usage, 'completion_tokens') ?? countIn(usage, 'output_tokens');

/** `null`, `{}`, and a total without its parts are no usage: the parts would be invented zeros. */
export const countsTokens = (usage: JsonObject): boolean => inputIn(usage) !== null || outputIn(usage) !== null;

/** The provider's own bill, in USD or in xAI's ticks of it: it needs no tokens beside it. */
export const statesBill = (usage: JsonObject): boolean =>
  (usage['cost'] ?? usage['cost_in_usd_ticks'] ?? null) !== null;

/** Placeholders: some servers send zeros on every frame before the real numbers. */
export const allZero = (usage: JsonObject): boolean => (inputIn(usage) ?? 0) === 0 && (outputIn(usage) ?? 0) === 0;

export function openAiUsage(usage: JsonObject, input: Count = inputIn(usage)): UsageReading {
  const prompt = { ...objectIn(usage, 'prompt_token_details'), ...objectIn(usage, 'prompt_tokens_details') };
  const completion = objectIn(usage, 'completion_tokens_details');
  const output = outputIn(usage);
  const reasoning = countIn(completion, 'reasoning_tokens') ?? countIn(usage, 'reasoning_tokens');
  // xAI and others leave reasoning out of completion_tokens. Only the total, which no ceiling holds for, gives them away.
  const reasoningApart = reasoning !== 0 && asNumber(usage['total_tokens']) === sumOf([input, output, reasoning]);
  return usageReading(usage, {
    input,
    output: reasoningApart ? sumOf([output, reasoning]) : output,
    cachedInput: countIn(prompt, 'cached_tokens') ?? cachedBeside(usage),
    cacheWrite: countIn(prompt, 'cache_write_tokens') ?? countIn(prompt, 'cache_creation_input_tokens'),
    reasoning,
  });
}

/** Where there are no details: Together and Moonshot, DeepSeek, Mistral. */
const cachedBeside = (usage: JsonObject): Count =>
  countIn(usage, 'cached_tokens') ?? countIn(usage, 'prompt_cache_hit_tokens') ?? countIn(usage, 'num_cached_tokens');
