// A usage object of an API that is not known → its counts, where it has a shape that is known. Each API says its own names,
// and so gives away how its numbers add up.
import { anthropicUsage, countsTokens as countsAnthropics } from '../anthropic/anthropic-usage.ts';
import { countsTokens as countsGoogles, geminiUsage } from '../gemini/gemini-usage.ts';
import type { JsonObject } from '../json.ts';
import { responsesUsage } from '../openai/openai-responses-usage.ts';
import { countsTokens as countsOpenAis, statesBill } from '../openai/openai-usage.ts';
import { UNREPORTED, type UsageReading } from '../usage-reading.ts';

/** Only its input leaves out what these count. */
const ANTHROPICS = ['cache_read_input_tokens', 'cache_creation_input_tokens'];

export const isAnthropics = (usage: JsonObject): boolean =>
  countsAnthropics(usage) && ANTHROPICS.some((name) => Object.hasOwn(usage, name));

export const isUsage = (usage: JsonObject): boolean =>
  countsOpenAis(usage) || countsGoogles(usage) || statesBill(usage);

export function opaqueUsage(usage: JsonObject | null): UsageReading {
  if (usage === null) return UNREPORTED;
  if (isAnthropics(usage)) return anthropicUsage(usage);
  return countsGoogles(usage) ? geminiUsage(usage) : responsesUsage(usage);
}
