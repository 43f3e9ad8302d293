import { describe, expect, test } from '@jest/globals';
import { type Count, HIGHEST_COUNT } from './count.ts';
import { NO_TOKENS } from './tokens.ts';
import { UNREPORTED, usageReading } from './usage-reading.ts';

const USAGE = { as: 'it came' };
const UNREADABLE: Count = { member: 'x', flaw: 'is no number' };
const NEGATIVE: Count = { member: 'y', flaw: 'is negative' };
const COUNTS = { input: 10, cachedInput: 4, cacheWrite: 3, output: 5, reasoning: 2 };

const readingOf = (difference: Partial<Record<keyof typeof COUNTS, Count>>) =>
  usageReading(USAGE, { ...COUNTS, ...difference });

test('usage that is good is believed', () => {
  expect(readingOf({})).toEqual({
    usage: USAGE,
    tokens: {
      inputTokens: 10,
      cachedInputTokens: 4,
      cacheWriteTokens: 3,
      outputTokens: 5,
      reasoningTokens: 2,
      totalTokens: 15,
    },
    disbelief: null,
  });
});

test('the provider is handed no object of its own to change', () => {
  expect(readingOf({}).usage).not.toBe(USAGE);
});

test('a side that is not said is believed to be none', () => {
  expect(readingOf({ output: null, reasoning: null })).toMatchObject({
    tokens: { inputTokens: 10, outputTokens: 0 },
    disbelief: null,
  });
});

describe('where a side cannot be read', () => {
  const said = "The provider's usage cannot be believed: x is no number.";

  test.each(['input', 'cachedInput', 'cacheWrite'] as const)('by its %s, the output holds', (name) => {
    const { usage, tokens, disbelief } = readingOf({ [name]: UNREADABLE });
    expect({ usage, disbelief }).toEqual({ usage: USAGE, disbelief: { of: 'half', detail: said } });
    expect(tokens).toEqual({ ...NO_TOKENS, outputTokens: 5, reasoningTokens: 2, totalTokens: 5 });
  });

  test.each(['output', 'reasoning'] as const)('by its %s, the input holds', (name) => {
    const { usage, tokens, disbelief } = readingOf({ [name]: UNREADABLE });
    expect({ usage, disbelief }).toEqual({ usage: USAGE, disbelief: { of: 'half', detail: said } });
    const input = { inputTokens: 10, cachedInputTokens: 4, cacheWriteTokens: 3, totalTokens: 10 };
    expect(tokens).toEqual({ ...NO_TOKENS, ...input });
  });

  test.each([
    ['the other cannot either', { input: UNREADABLE, output: UNREADABLE }],
    ['the other was not said', { input: UNREADABLE, output: null, reasoning: null }],
    ['the other was not said, though its part was', { input: null, output: UNREADABLE }],
  ])('and %s, nothing holds', (_, difference) => {
    expect(readingOf(difference)).toEqual({
      usage: USAGE,
      tokens: NO_TOKENS,
      disbelief: { of: 'all', detail: said },
    });
  });
});

describe('where a number cannot be true, nothing holds', () => {
  test.each(Object.keys(COUNTS) as (keyof typeof COUNTS)[])('be it the %s', (name) => {
    expect(readingOf({ [name]: NEGATIVE })).toEqual({
      usage: USAGE,
      tokens: NO_TOKENS,
      disbelief: { of: 'all', detail: "The provider's usage cannot be believed: y is negative." },
    });
  });

  test('and it is named before what cannot be read', () => {
    expect(readingOf({ input: UNREADABLE, reasoning: NEGATIVE }).disbelief).toMatchObject({
      of: 'all',
      detail: expect.stringContaining('y is negative'),
    });
  });

  test.each(['input', 'output'] as const)('nor where what adds up to the %s is over the ceiling', (side) => {
    expect(readingOf({ [side]: HIGHEST_COUNT }).disbelief).toBeNull();
    expect(readingOf({ [side]: HIGHEST_COUNT + 1 })).toEqual({
      usage: USAGE,
      tokens: NO_TOKENS,
      disbelief: { of: 'all', detail: `The provider's usage cannot be believed: the ${side} is over 100,000,000.` },
    });
  });
});

test('where nothing was reported, nothing is disbelieved', () => {
  expect(UNREPORTED).toEqual({ usage: null, tokens: NO_TOKENS, disbelief: null });
});
