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

  test('cached input and cache writes together', () => {
    const tokens = tokensOf({ input: 10, output: 0, cachedInput: 6, cacheWrite: 6 });
    expect(tokens).toMatchObject({ cachedInputTokens: 6, cacheWriteTokens: 4 });
  });

  test('reasoning', () => {
    expect(tokensOf({ input: 1, output: 10, reasoning: 11 }).reasoningTokens).toBe(10);
  });
});
