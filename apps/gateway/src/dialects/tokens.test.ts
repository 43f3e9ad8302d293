import { describe, expect, test } from '@jest/globals';
import { NO_TOKENS, tokensOf } from './tokens.ts';

const INT4_MAX = 2_147_483_647;

test('no tokens are zeros', () => {
  expect(Object.values(NO_TOKENS)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('the total is counted anew', () => {
  expect(tokensOf({ input: 12, output: 30 }).totalTokens).toBe(42);
});

describe('a part that exceeds its whole is clamped to it', () => {
  test('cached input', () => {
    expect(tokensOf({ input: 7, output: 8, cachedInput: 161 })).toMatchObject({ inputTokens: 7, cachedInputTokens: 7 });
  });

  test('cached input and cache writes together', () => {
    const tokens = tokensOf({ input: 10, output: 0, cachedInput: 6, cacheWrite: 6 });
    expect(tokens).toMatchObject({ cachedInputTokens: 6, cacheWriteTokens: 4 });
  });

  test('reasoning', () => {
    expect(tokensOf({ input: 1, output: 10, reasoning: 11 }).reasoningTokens).toBe(10);
  });
});

test('no count is larger than its column', () => {
  const huge = { input: 1e15, output: 1e15, cachedInput: 1e15, cacheWrite: 1e15, reasoning: 1e15 };
  expect(tokensOf(huge)).toEqual({
    inputTokens: INT4_MAX,
    cachedInputTokens: INT4_MAX,
    cacheWriteTokens: 0,
    outputTokens: INT4_MAX,
    reasoningTokens: INT4_MAX,
    totalTokens: INT4_MAX,
  });
});
