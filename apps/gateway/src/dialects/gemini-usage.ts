// Gemini's usageMetadata → token counts. Thoughts stand beside the candidates' tokens, and what tools put into the prompt
// beside the prompt's; cached content is a part of the prompt.
import { countIn, type JsonObject } from './json.ts';
import { type Tokens, tokensOf } from './tokens.ts';

const COUNTED = ['promptTokenCount', 'toolUsePromptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount'] as const;

/** Vertex sends `{"trafficType":…}` on all frames but the last. */
export const countsTokens = (usage: JsonObject): boolean => COUNTED.some((key) => countIn(usage, key) !== null);

/** A placeholder. */
export const allZero = (usage: JsonObject): boolean => COUNTED.every((key) => (countIn(usage, key) ?? 0) === 0);

export function geminiTokens(usage: JsonObject): Tokens {
  const count = (key: string) => countIn(usage, key) ?? 0;
  return tokensOf({
    input: count('promptTokenCount') + count('toolUsePromptTokenCount'),
    output: count('candidatesTokenCount') + count('thoughtsTokenCount'),
    cachedInput: count('cachedContentTokenCount'),
    reasoning: count('thoughtsTokenCount'),
  });
}
