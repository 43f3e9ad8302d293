// Anthropic's usage object: how its parts are put together over a stream, and what its numbers come to. Its input leaves
// out what was read from the cache and written to it; its output includes thinking.
import { type Count, countIn, sumOf } from '../count.ts';
import { type JsonObject, objectIn, objectsIn } from '../json.ts';
import { type UsageReading, usageReading } from '../usage-reading.ts';

type CountOf = (usage: JsonObject) => Count;

const input: CountOf = (usage) => countIn(usage, 'input_tokens');
const output: CountOf = (usage) => countIn(usage, 'output_tokens');
const cacheRead: CountOf = (usage) => countIn(usage, 'cache_read_input_tokens');
const cacheWrite: CountOf = (usage) => countIn(usage, 'cache_creation_input_tokens');
const thinking: CountOf = (usage) => countIn(objectIn(usage, 'output_tokens_details'), 'thinking_tokens');

export const countsTokens = (usage: JsonObject): boolean => input(usage) !== null || output(usage) !== null;

/** Each key that says something replaces its like, up or down; what is nested in it is replaced whole. */
export function laidOver(usage: JsonObject, later: JsonObject): Record<string, unknown> {
  const idle: unknown[] = isPlaceholder(later) ? [null, 0, '0'] : [null];
  const said = Object.entries(later).filter(([key, value]) => !Object.hasOwn(usage, key) || !idle.includes(value));
  return { ...usage, ...Object.fromEntries(said) };
}

export function anthropicUsage(usage: JsonObject): UsageReading {
  const iterations = executorIterations(usage);
  const sum = (countOf: CountOf): Count => sumOf(iterations.map(countOf)) ?? countOf(usage);
  const cachedInput = sum(cacheRead);
  const written = sum(cacheWrite);
  return usageReading(usage, {
    input: sumOf([sum(input), cachedInput, written]),
    output: sum(output),
    cachedInput,
    cacheWrite: written,
    reasoning: sum(thinking),
  });
}

/** A prompt is never empty, so an input count of 0 is a placeholder. */
const isPlaceholder = (usage: JsonObject): boolean =>
  input(usage) === 0 && (cacheRead(usage) ?? 0) === 0 && (cacheWrite(usage) ?? 0) === 0;

/**
 * Where there are several, the whole leaves out what compaction took: they are what counts. An advisor is another model at
 * another price, and stays out. With a fallback the whole already is the answer that was served, compaction apart.
 */
function executorIterations(usage: JsonObject): JsonObject[] {
  const iterations = objectsIn(usage, 'iterations');
  const ofType = (type: string) => iterations.filter((iteration) => iteration['type'] === type);
  const answers = ofType('fallback_message').length > 0 ? [usage] : ofType('message');
  return [...answers, ...ofType('compaction')];
}
