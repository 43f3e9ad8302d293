import { describe, expect, test } from '@jest/globals';
import { NO_TOKENS, tokensOf } from './tokens.ts';

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

  test('cache writes', () => {
    expect(tokensOf({ input: 7, output: 8, cacheWrite: 161 })).toMatchObject({ inputTokens: 7, cacheWriteTokens: 7 });
  });

  test('cached input and cache writes, each for itself: they may be the same tokens', () => {
    const tokens = tokensOf({ input: 2168, output: 0, cachedInput: 2161, cacheWrite: 2161 });
    expect(tokens).toMatchObject({ cachedInputTokens: 2161, cacheWriteTokens: 2161 });
  });

  test('reasoning', () => {
    expect(tokensOf({ input: 1, output: 10, reasoning: 11 }).reasoningTokens).toBe(10);
  });
});
