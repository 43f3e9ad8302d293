// The places in a Gemini stream where usage is told. Thoughts are counted beside the candidates, not among them.
import type { Counts } from './counts.ts';

export const USAGES = {
  each: 'usageMetadata in every chunk, growing',
  finish: 'in the last chunk; the others have usageMetadata without numbers (Vertex)',
  never: 'nowhere',
} as const;

export type UsagePlace = keyof typeof USAGES;

type Usage = Record<string, unknown>;

/** What a chunk has for the usage's sake: a member to spread into it. */
export interface UsageSeats {
  /** After that share of all tokens, from 0 to 1. */
  token(share: number): { readonly usageMetadata?: Usage };
  last(): { readonly usageMetadata?: Usage };
}

export function seatsOf(place: UsagePlace, counts: Counts): UsageSeats {
  if (place === 'never') return { token: () => ({}), last: () => ({}) };
  const traffic = { trafficType: 'ON_DEMAND' };
  if (place === 'each') {
    const growing = (share: number) => ({ usageMetadata: usageOf(counts, share) });
    return { token: growing, last: () => growing(1) };
  }
  return {
    token: () => ({ usageMetadata: traffic }),
    last: () => ({ usageMetadata: { ...usageOf(counts, 1), ...traffic } }),
  };
}

function usageOf({ input, cached, output, reasoning }: Counts, share: number): Usage {
  const candidates = Math.floor(Math.max(0, output - reasoning) * share);
  return {
    promptTokenCount: input,
    candidatesTokenCount: candidates,
    totalTokenCount: input + candidates + reasoning,
    ...(cached === 0 ? {} : { cachedContentTokenCount: cached }),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
    ...(reasoning === 0 ? {} : { thoughtsTokenCount: reasoning }),
  };
}
