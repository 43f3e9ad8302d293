import { describe, expect, test } from '@jest/globals';
import { aCompletion } from '../../testing/records.ts';
import { homesOf } from './model-homes.ts';
import { priceOf, providerNamed } from './prices.ts';

/** At an address of its own, where nobody says whose prices hold. */
const bill = (modelRequested: string, model: string | null = null) =>
  priceOf(
    aCompletion({
      startedAt: '2026-11-30T12:00:00.000Z',
      modelRequested,
      model,
      pricedAs: null,
      priceOverride: null,
      inputTokens: 1_000_000,
      cachedInputTokens: 0,
      outputTokens: 0,
      usage: {},
    }),
  );

describe('a model’s name alone', () => {
  test.each([
    ['gpt-4o', 'openai/gpt-4o', '2.5'],
    ['openai/gpt-4o', 'openai/gpt-4o', '2.5'],
    ['ft:gpt-4o-2024-08-06:our-org::a1b2c3', 'openai/ft:gpt-4o', '3.75'],
    ['claude-haiku-4-5-20251001', 'anthropic/claude-haiku-4-5', '1'],
    ['anthropic/claude-haiku-4.5', 'anthropic/claude-haiku-4-5', '1'],
    ['claude-haiku-4-5@20251001', 'anthropic/claude-haiku-4-5', '1'],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'aws/regional.anthropic.claude-haiku-4-5-20251001-v1:0', '1.1'],
    ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'aws/global.anthropic.claude-haiku-4-5-20251001-v1:0', '1'],
    [
      'bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0',
      'aws/regional.anthropic.claude-3-5-sonnet-20240620-v1:0',
      '3',
    ],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0',
      'aws/amazon.nova-pro-v1:0',
      '0.8',
    ],
    ['gemini/gemini-2.5-flash', 'google/gemini-2.5-flash', '0.3'],
    ['models/gemini-2.5-flash', 'google/gemini-2.5-flash', '0.3'],
    ['publishers/google/models/gemini-2.5-flash', 'google/gemini-2.5-flash', '0.3'],
    ['llama-3.3-70b-versatile', 'groq/llama-3.3-70b-versatile', '0.59'],
    ['groq/llama-3.3-70b-versatile', 'groq/llama-3.3-70b-versatile', '0.59'],
    ['GPT-4o', 'openai/gpt-4o', '2.5'],
  ])('%s is %s', (name, list, usd) => {
    const { cost, price, costSource } = bill(name);
    expect({ cost, costSource, list: price?.list }).toEqual({ cost: usd, costSource: 'known', list });
  });

  test.each([
    ['that several sell at several prices', 'meta-llama/llama-3.3-70b-instruct'],
    ['that its maker gives away and others sell', 'openai/gpt-oss-120b'],
    ['of a model of one’s own', 'our-model'],
    ['with a maker and nothing else', 'openai/'],
    ['with nothing but a prefix', '/gpt'],
    ['without a letter', ''],
    ['that goes on', `ft:gpt-4o-2024-08-06:${'x'.repeat(300)}`],
  ])('%s has no price', (_, name) => {
    expect(bill(name)).toMatchObject({ cost: null, unpriced: 'model' });
  });

  test('of two sellers at two prices has none, and of one seller is the one that answered', () => {
    const of = (modelRequested: string, model: string) => bill(modelRequested, model).price?.list;
    const bedrock = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
    expect(of(bedrock, 'claude-haiku-4-5-20251001')).toBeUndefined();
    expect(of(bedrock, 'nobody-knows-me')).toBe('aws/regional.anthropic.claude-haiku-4-5-20251001-v1:0');
    expect(of(`global.${bedrock.slice(3)}`, 'claude-haiku-4-5-20251001')).toBe('anthropic/claude-haiku-4-5');
    expect(of('gpt-4o', 'gpt-4o-mini')).toBe('openai/gpt-4o-mini');
  });

  test('that is looked for once is found again', () => {
    expect(homesOf('llama-3.3-70b-versatile')).toBe(homesOf('llama-3.3-70b-versatile'));
  });
});

describe('a provider', () => {
  test.each([
    ['openai', 'openai'],
    ['OpenAI', 'openai'],
    ['together', 'together'],
    ['bedrock', 'aws'],
    ['vertex', 'google'],
    ['opnai', null],
    ['', null],
  ])('named %j is %j', (name, id) => {
    expect(providerNamed(name)).toBe(id);
  });
});
