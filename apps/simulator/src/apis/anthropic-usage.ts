// The places in an Anthropic stream where usage is told. Its input tokens are those that no cache had to do with.
import type { Counts } from './counts.ts';

export const USAGES = {
  both: 'the input in message_start, and all of it again in message_delta',
  split: 'the input in message_start, output_tokens alone in message_delta (older)',
  late: 'zeros in message_start, all of it in message_delta (compatible servers)',
  never: 'nowhere',
} as const;

export type UsagePlace = keyof typeof USAGES;

type Usage = Record<string, unknown>;

/** The usage of each place, as the member to spread into what carries it. */
export interface UsageSeats {
  readonly start: { readonly usage?: Usage };
  readonly delta: { readonly usage?: Usage };
  readonly body: { readonly usage?: Usage };
}

export function seatsOf(place: UsagePlace, counts: Counts): UsageSeats {
  if (place === 'never') return { start: {}, delta: {}, body: {} };
  const input = inputOf(counts);
  const written = { ephemeral_5m_input_tokens: counts.cacheWrite, ephemeral_1h_input_tokens: 0 };
  const output = { output_tokens: counts.output, output_tokens_details: { thinking_tokens: counts.reasoning } };
  const whole = (spoken: Usage) => ({ ...input, cache_creation: written, ...spoken, service_tier: 'standard' });
  const begun = { output_tokens: Math.min(1, counts.output) };
  return {
    start: { usage: place === 'late' ? { input_tokens: 0, output_tokens: 0 } : whole(begun) },
    delta: { usage: place === 'split' ? { output_tokens: counts.output } : { ...input, ...output } },
    body: { usage: whole(output) },
  };
}

function inputOf({ input, cached, cacheWrite }: Counts): Usage {
  return {
    input_tokens: Math.max(0, input - cached - cacheWrite),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cached,
  };
}
