// A response of OpenAI's → how often it called the provider's own tools, which are billed by the call. What runs at the
// caller's costs nothing here.
import { countIn } from '../count.ts';
import type { Units } from '../dialect.ts';
import { type JsonObject, objectIn, objectsIn, textIn } from '../json.ts';

/** All that is looked at for it. */
export const TOOLS_WANTED = {
  tool_usage: { web_search: { num_requests: true } },
  output: { type: true, action: { type: true }, environment: { type: true } },
  tools: { type: true },
} as const;

export function toolsIn(response: JsonObject): Units | null {
  const units: Record<string, number> = {};
  const searches = unitOfSearches(response);
  for (const item of objectsIn(response, 'output')) {
    const type = textIn(item, 'type') ?? '';
    const unit = type === 'web_search_call' ? searches : UNITS.get(type);
    if (unit !== undefined && isBilled(item)) units[unit] = (units[unit] ?? 0) + 1;
  }
  // Where it is counted, the count is what is billed.
  const counted = countIn(objectIn(objectIn(response, 'tool_usage'), 'web_search'), 'num_requests');
  if (typeof counted === 'number') units[searches] = counted;
  const used = Object.entries(units).filter(([, count]) => count > 0);
  return used.length === 0 ? null : Object.fromEntries(used);
}

const UNITS = new Map([
  ['x_search_call', 'social_searches'],
  ['file_search_call', 'file_searches'],
  ['code_interpreter_call', 'code_executions'],
  ['image_generation_call', 'image_generations'],
  ['shell_call', 'shell_calls'],
]);

/**
 * OpenAI has three prices for a search. The older tool's depends on what the model is; of small models each search is
 * billed as 8,000 tokens, too, which no usage object counts.
 */
function unitOfSearches(response: JsonObject): string {
  const isOlder = objectsIn(response, 'tools').some((tool) => textIn(tool, 'type')?.startsWith('web_search_preview'));
  if (isOlder) return 'web_search_previews';
  return BILLED_AS_BLOCKS.test(textIn(response, 'model') ?? '') ? 'web_search_blocks' : 'web_searches';
}

const BILLED_AS_BLOCKS = /\bgpt-4(?:o|\.1)-mini\b/;

/** A page that was found is opened for nothing, and a shell is the caller's own unless it is in a container. */
function isBilled(item: JsonObject): boolean {
  if (item['type'] === 'shell_call') return (textIn(objectIn(item, 'environment'), 'type') ?? 'local') !== 'local';
  return item['type'] !== 'web_search_call' || (textIn(objectIn(item, 'action'), 'type') ?? 'search') === 'search';
}
