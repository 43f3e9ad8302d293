// Token counts as the row has them: input includes cached and cache-write, which may be the same tokens, and output
// includes reasoning. A part that exceeds its whole is clamped to it; the provider's own object beside them stays as it came.

export interface Tokens {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly totalTokens: number;
}

interface Counts {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
}

export function tokensOf({ input, cachedInput = 0, cacheWrite = 0, output, reasoning = 0 }: Counts): Tokens {
  return {
    inputTokens: input,
    cachedInputTokens: Math.min(cachedInput, input),
    cacheWriteTokens: Math.min(cacheWrite, input),
    outputTokens: output,
    reasoningTokens: Math.min(reasoning, output),
    totalTokens: input + output,
  };
}

export const NO_TOKENS: Tokens = tokensOf({ input: 0, output: 0 });
