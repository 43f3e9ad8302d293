import { describe, expect, test } from '@jest/globals';
import { calcPrice } from '@pydantic/genai-prices';
import { aCompletion } from '../../testing/records.ts';
import { formatUsd, parseUsd } from '../money.ts';
import { type Priced, priceOf, providerOf } from './prices.ts';

const call: Priced = aCompletion({
  startedAt: '2025-10-01T12:00:00.000Z',
  inputTokens: 1000,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 100,
  usage: { prompt_tokens: 1000, completion_tokens: 100 },
  priceOverride: null,
});

const NOTHING = { cost: null, costSource: null, price: null, units: null, serviceTier: null };
const unknown = (unpriced: string) => ({ ...NOTHING, unpriced });
const UNKNOWN = unknown('model');
const claude: Partial<Priced> = { model: 'claude-sonnet-4-5-20250929', pricedAs: 'anthropic' };

/** The rate of a kind, in the row's own words. */
const rateOf = (kind: string, row: Priced) => priceOf(row).price?.lines.find((line) => line.kind === kind)?.rate;

describe('known prices', () => {
  test('a row says what it cost, and by which prices', () => {
    const lines = [
      { kind: 'input', quantity: 1000, rate: '2.5', cost: '0.0025' },
      { kind: 'output', quantity: 100, rate: '10', cost: '0.001' },
    ];
    const price = { input: '2.5', cachedInput: '1.25', output: '10', list: 'openai/gpt-4o', lines };
    expect(priceOf(call)).toEqual({ ...NOTHING, cost: '0.0035', costSource: 'known', price, unpriced: null });
  });

  test('cached and cache-write tokens are charged once, each at its own rate', () => {
    const { cost, price } = priceOf({ ...call, ...claude, cachedInputTokens: 600, cacheWriteTokens: 300 });
    expect(price?.lines.map(({ kind, quantity, rate }) => [kind, quantity, rate])).toEqual([
      ['input', 100, '3'],
      ['cached_input', 600, '0.3'],
      ['cache_write', 300, '3.75'],
      ['output', 100, '15'],
    ]);
    expect(cost).toBe('0.003105'); // 100 × 3 + 600 × 0.3 + 300 × 3.75 + 100 × 15
  });

  test('parts that exceed the input are charged up to the input', () => {
    expect(priceOf({ ...call, ...claude, cachedInputTokens: 900, cacheWriteTokens: 2000 })).toEqual(
      priceOf({ ...call, ...claude, cachedInputTokens: 900, cacheWriteTokens: 1000 }),
    );
  });

  test('what was read from the cache and written to it is billed as both, and the rest as input', () => {
    const both = { inputTokens: 2168, cachedInputTokens: 2161, cacheWriteTokens: 2161, outputTokens: 0 };
    const { cost, price } = priceOf({ ...call, ...claude, ...both });
    expect(price?.lines.map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ['input', 7],
      ['cached_input', 2161],
      ['cache_write', 2161],
    ]);
    expect(cost).toBe('0.00877305'); // 7 × 3 + 2161 × 0.3 + 2161 × 3.75 = 21 + 648.3 + 8103.75 of a millionth
  });

  test('a long context has the prices of its tier, from one token over its start', () => {
    const input = (inputTokens: number) => rateOf('input', { ...call, ...claude, inputTokens });
    expect([input(200_000), input(200_001)]).toEqual(['3', '6']);
  });

  test('the prices are those of the day', () => {
    const input = (startedAt: string) => rateOf('input', { ...call, model: 'o3', startedAt });
    expect([input('2025-06-09T23:59:59.999Z'), input('2025-06-10T00:00:00.000Z')]).toEqual(['10', '2']);
  });

  test('and those of the hour', () => {
    const off = { ...call, model: 'deepseek-chat', pricedAs: 'deepseek' };
    const input = (startedAt: string) => rateOf('input', { ...off, startedAt });
    expect([input('2025-10-01T00:29:59.000Z'), input('2025-10-01T00:30:00.000Z')]).toEqual(['0.135', '0.27']);
  });

  test.each([
    ['openai', 'gpt-4o-mini'],
    ['openai', 'gpt-5.6-terra'],
    ['anthropic', 'claude-sonnet-4-5-20250929'],
    ['anthropic', 'claude-3-5-haiku-latest'],
    ['google', 'gemini-2.5-pro'],
    ['deepseek', 'deepseek-reasoner'],
    ['groq', 'llama-3.3-70b-versatile'],
    ['mistral', 'mistral-large-latest'],
    ['openrouter', 'google/gemini-2.5-flash-lite'],
  ])('%s %s comes to what genai-prices comes to', (pricedAs, model) => {
    for (const inputTokens of [12_345, 654_321]) {
      const tokens = { inputTokens, cachedInputTokens: 4_321, cacheWriteTokens: 1_234, outputTokens: 777 };
      const usage = {
        input_tokens: inputTokens,
        cache_read_tokens: 4_321,
        cache_write_tokens: 1_234,
        output_tokens: 777,
      };
      const theirs = calcPrice(usage, model, { providerId: pricedAs, timestamp: new Date(call.startedAt) });
      const { cost } = priceOf({ ...call, model, pricedAs, ...tokens });
      expect(Number(cost)).toBeCloseTo(theirs?.total_price ?? Number.NaN, 10);
    }
  });

  test('every price is one that an operator could have written', () => {
    const lite = { ...call, model: 'google/gemini-2.5-flash-lite', pricedAs: 'openrouter', cacheWriteTokens: 10 };
    expect(rateOf('cache_write', lite)).toBe('0.083333333333'); // 0.08333333333333334 in the data
    expect(formatUsd(parseUsd(rateOf('input', lite) ?? ''))).toBe(rateOf('input', lite));
  });

  test('an embedding has no output, and needs no price for it', () => {
    const embedding = { ...call, model: 'text-embedding-3-small', outputTokens: 0 };
    expect(priceOf(embedding)).toMatchObject({ cost: '0.00002', price: { lines: [{ kind: 'input', rate: '0.02' }] } });
    expect(priceOf({ ...embedding, outputTokens: 1 })).toEqual(unknown('rate'));
  });
});

describe('which model', () => {
  test('without a provider it is found by its name', () => {
    expect(priceOf({ ...call, pricedAs: null })).toEqual(priceOf(call));
  });

  test('a name that the provider made up gives way to the one that was asked for', () => {
    expect(priceOf({ ...call, model: 'prod-deployment-7' })).toEqual(priceOf(call));
    expect(priceOf({ ...call, model: null })).toEqual(priceOf(call));
  });

  test('the provider’s name wins over an alias', () => {
    expect(rateOf('input', { ...call, model: 'gpt-4o-mini' })).toBe('0.15');
  });
});

describe('the operator’s own prices', () => {
  const priceOverride = { input: '1', output: '2' };

  test('win over the known ones', () => {
    const { cost, costSource, price } = priceOf({ ...call, priceOverride });
    expect({ cost, costSource }).toEqual({ cost: '0.0012', costSource: 'operator' });
    expect(price?.lines.map(({ kind, rate }) => [kind, rate])).toEqual([
      ['input', '1'],
      ['output', '2'],
    ]);
  });

  test('charge cached and cache-write tokens as input where they do not tell them apart', () => {
    const parts = { cachedInputTokens: 600, cacheWriteTokens: 300 };
    expect(priceOf({ ...call, ...parts, priceOverride }).cost).toBe('0.0012');
  });

  test('may be zero, and then the call is free', () => {
    expect(priceOf({ ...call, priceOverride: { input: '0', output: '0' } }).cost).toBe('0');
  });
});

describe('unknown is not free', () => {
  test.each([
    ['a model that nobody knows', { model: 'nobody-knows-me', modelRequested: 'nor-me' }],
    ['a provider that nobody knows', { pricedAs: 'nobody-knows-me' }],
    ['a model without a name', { model: null, modelRequested: '' }],
    ['a model that is listed without a price', { model: 'gpt-4o', pricedAs: 'github-copilot' }],
  ])('%s costs null', (_, difference) => {
    expect(priceOf({ ...call, ...difference })).toEqual(UNKNOWN);
  });

  test('not even the operator’s prices make unreported usage cost something', () => {
    const priceOverride = { input: '1', output: '2' };
    expect(priceOf({ ...call, usageSource: 'none' })).toEqual(unknown('unreported'));
    expect(priceOf({ ...call, usageSource: 'none', priceOverride })).toEqual(unknown('unreported'));
  });

  test('nor is usage that was not believed', () => {
    const doubted = { ...call, usageSource: 'partial' as const, unpriced: 'usage' };
    expect(priceOf(doubted)).toEqual(unknown('usage'));
    expect(priceOf({ ...doubted, priceOverride: { input: '1', output: '2' } })).toEqual(unknown('usage'));
  });

  test('nor does an answer that is read once more, and was billed before', () => {
    expect(priceOf({ ...call, billed: false })).toEqual(unknown('replay'));
  });

  test('partial usage costs what was reported', () => {
    expect(priceOf({ ...call, usageSource: 'partial' })).toEqual(priceOf(call));
  });
});

describe('the provider behind a URL', () => {
  test.each([
    ['https://api.openai.com/v1', 'openai'],
    ['https://api.anthropic.com/v1', 'anthropic'],
    ['https://generativelanguage.googleapis.com/v1beta', 'google'],
    ['https://mine.openai.azure.com/openai/v1', 'azure'],
    ['https://openrouter.ai/api/v1', 'openrouter'],
    ['http://127.0.0.1:11434/v1', null],
    ['https://llm.example.com/v1', null],
  ])('%s is %s', (url, provider) => {
    expect(providerOf(url)).toBe(provider);
  });
});
