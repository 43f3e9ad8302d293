// In which tier a provider served a request, where that is not its usual one: its price is another.
import type { Completion } from '../completion.ts';
import { type JsonObject, textIn } from './count-in.ts';

const USUAL = new Set(['default', 'standard', 'auto', 'on_demand', 'unspecified', 'global', 'not_available', 'high']);

/** Anthropic's fast mode and its places, and how far Perplexity searches: its fee in the lists is that of `high`. */
const SAID_BESIDE = ['speed', 'inference_geo', 'search_context_size'];

/** Null: the usual one. Several that hold at once are joined: `fast+us`. */
export function tierOf({ usage, serviceTier }: Pick<Completion, 'usage' | 'serviceTier'>): string | null {
  if (usage === null) return unusual(serviceTier);
  const served = servedIn({ usage }) ?? serviceTier;
  const said = [served, ...SAID_BESIDE.map((name) => textIn(usage, name))];
  return (
    said
      .map(unusual)
      .filter((tier) => tier !== null)
      .join('+') || null
  );
}

/** OpenAI's and Anthropic's word, Gemini's, and Vertex's. */
export function servedIn({ usage }: { readonly usage: JsonObject | null }): string | null {
  if (usage === null) return null;
  return textIn(usage, 'service_tier') ?? textIn(usage, 'serviceTier') ?? textIn(usage, 'trafficType') ?? null;
}

/** It is what everybody gets who asks for nothing else. */
export const isUsualTier = (name: string): boolean => unusual(name) === null;

function unusual(said: string | null | undefined): string | null {
  const tier = (said ?? '').toLowerCase().replace(/^(?:service_tier_|on_demand_)/, '');
  return tier === '' || USUAL.has(tier) ? null : tier;
}
