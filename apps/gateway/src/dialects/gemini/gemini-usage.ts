// Gemini's usageMetadata → what is believed of it. Thoughts stand beside the candidates' tokens, and what tools put into the prompt
// beside the prompt's; cached content is a part of the prompt.
import { countIn, sumOf } from '../count.ts';
import type { JsonObject } from '../json.ts';
import { type UsageReading, usageReading } from '../usage-reading.ts';

const COUNTED = ['promptTokenCount', 'toolUsePromptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount'] as const;

/** Vertex sends `{"trafficType":…}` on all frames but the last. */
export const countsTokens = (usage: JsonObject): boolean => COUNTED.some((key) => countIn(usage, key) !== null);

/** A placeholder. */
export const allZero = (usage: JsonObject): boolean => COUNTED.every((key) => (countIn(usage, key) ?? 0) === 0);

export function geminiUsage(usage: JsonObject): UsageReading {
  const count = (key: string) => countIn(usage, key);
  return usageReading(usage, {
    input: sumOf([count('promptTokenCount'), count('toolUsePromptTokenCount')]),
    output: sumOf([count('candidatesTokenCount'), count('thoughtsTokenCount')]),
    cachedInput: count('cachedContentTokenCount'),
    reasoning: count('thoughtsTokenCount'),
  });
}
