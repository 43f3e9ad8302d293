// Token counts as the row has them: input includes cached and cache-write, output includes reasoning. A part that
// exceeds its whole is clamped to it; the provider's own object beside them stays as it came.

export interface Tokens {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly totalTokens: number;
}

const INT4_MAX = 2_147_483_647; // what the columns hold

export interface Counts {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
}

export function tokensOf(counts: Counts): Tokens {
  const inputTokens = Math.min(counts.input, INT4_MAX);
  const outputTokens = Math.min(counts.output, INT4_MAX);
  const cachedInputTokens = Math.min(counts.cachedInput ?? 0, inputTokens);
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens: Math.min(counts.cacheWrite ?? 0, inputTokens - cachedInputTokens),
    outputTokens,
    reasoningTokens: Math.min(counts.reasoning ?? 0, outputTokens),
    totalTokens: Math.min(inputTokens + outputTokens, INT4_MAX),
  };
}

export const NO_TOKENS: Tokens = tokensOf({ input: 0, output: 0 });
