// Usage as OpenAI says it in all its newer APIs.
import type { Counts } from './counts.ts';

export function openAiUsageOf({ input, cached, cacheWrite, output, reasoning }: Counts): Record<string, unknown> {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
