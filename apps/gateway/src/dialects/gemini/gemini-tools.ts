// The candidates of one chunk of Gemini's → how often the answer was grounded in something that is billed by the call.
import type { Units } from '../dialect.ts';
import { isFilled, isObject, type JsonObject, objectIn } from '../json.ts';

/** All that is looked at for it. */
export const TOOLS_WANTED = { groundingMetadata: { webSearchQueries: true, groundingChunks: true } } as const;

/** Null: it does not say. Each chunk that says it says it of the whole answer. */
export function toolsIn(candidates: readonly JsonObject[]): Units | null {
  const grounded = candidates.filter(({ groundingMetadata }) => isObject(groundingMetadata));
  if (grounded.length === 0) return null; // of most chunks it is
  const said = grounded.map((candidate) => objectIn(candidate, 'groundingMetadata'));
  const queries = said.flatMap(({ webSearchQueries }) => (Array.isArray(webSearchQueries) ? webSearchQueries : []));
  if (queries.length > 0) return { web_searches: queries.length };
  return said.some(({ groundingChunks }) => isFilled(groundingChunks)) ? { groundings: 1 } : null;
}
