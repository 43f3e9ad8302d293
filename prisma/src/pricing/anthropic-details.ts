// What Anthropic's usage object says beyond the columns: cache writes that stay for an hour, and tools of its own.
import { countIn, type JsonObject, objectIn, objectsIn, sumIn } from './count-in.ts';
import type { Details } from './details.ts';

const TEXT_ALONE = { audio: 0, image: 0, video: 0 };

/** Costs nothing beside the tokens that it brings. */
const FREE = 'web_fetch_requests';

export function anthropicDetails(usage: JsonObject): Details {
  const iterations = objectsIn(usage, 'iterations');
  const units = unitsIn(objectIn(usage, 'server_tool_use'), iterations);
  const written = { writtenForAnHour: writtenForAnHour(usage, iterations) };
  return { output: TEXT_ALONE, ...written, ...(units !== undefined && { units }) };
}

/**
 * Iterations that say it say it for the whole, as they do of the tokens. With a fallback the whole already is the answer that
 * was served, compaction apart.
 */
function writtenForAnHour(usage: JsonObject, iterations: readonly JsonObject[]): number | undefined {
  const ofType = (wanted: string) => iterations.filter(({ type }) => type === wanted);
  const answers = ofType('fallback_message').length > 0 ? [usage] : ofType('message');
  const parts = [...answers, ...ofType('compaction')].map((part) => objectIn(part, 'cache_creation'));
  return sumIn(parts, KEPT_LONGEST) ?? countIn(objectIn(usage, 'cache_creation'), KEPT_LONGEST);
}

const KEPT_LONGEST = 'ephemeral_1h_input_tokens';

/** An advisor is another model, with a price of its own. */
function unitsIn(tools: JsonObject, iterations: readonly JsonObject[]): Details['units'] {
  const searches = countIn(tools, 'web_search_requests') ?? 0;
  const others = Object.keys(tools)
    .filter((name) => name.endsWith('_requests') && name !== 'web_search_requests' && name !== FREE)
    .reduce((sum, name) => sum + (countIn(tools, name) ?? 0), 0);
  const advice = iterations.filter(({ type }) => type === 'advisor_message').length;
  if (searches === 0 && others + advice === 0) return undefined;
  return {
    ...(searches !== 0 && { web_searches: searches }),
    ...(others + advice !== 0 && { other_tools: others + advice }),
  };
}
