import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../json.ts';
import type { UsageReading } from '../usage-reading.ts';
import { allZero, countsTokens, openAiUsage } from './openai-usage.ts';

const inOrder = ({ tokens }: UsageReading): number[] => [
  tokens.inputTokens,
  tokens.outputTokens,
  tokens.cachedInputTokens,
  tokens.cacheWriteTokens,
  tokens.reasoningTokens,
  tokens.totalTokens,
];

const counts = (prompt: number, completion: number, total: number): JsonObject => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: total,
});

const prompted = (details: JsonObject | null): JsonObject => ({ prompt_tokens_details: details });
const completed = (details: JsonObject | null): JsonObject => ({ completion_tokens_details: details });

describe('input, output, cached, written, reasoning and total are read right from', () => {
  test.each<[string, JsonObject, number[]]>([
    [
      'OpenAI',
      {
        ...counts(2000, 120, 2120),
        ...prompted({ cached_tokens: 1152, cache_write_tokens: 256, audio_tokens: 0 }),
        ...completed({ reasoning_tokens: 64, audio_tokens: 0, accepted_prediction_tokens: 0 }),
      },
      [2000, 120, 1152, 256, 64, 2120],
    ],
    ['legacy completions', counts(14, 16, 30), [14, 16, 0, 0, 0, 30]],
    ['embeddings', { prompt_tokens: 12, total_tokens: 12 }, [12, 0, 0, 0, 0, 12]],
    [
      'Azure',
      { ...counts(50, 4350, 4400), ...prompted({ cached_tokens: 0 }), ...completed({ reasoning_tokens: 4160 }) },
      [50, 4350, 0, 0, 4160, 4400],
    ],
    [
      'DeepSeek on Azure: reasoning at the top, details null',
      { ...counts(19, 1720, 1739), ...prompted(null), reasoning_tokens: 700 },
      [19, 1720, 0, 0, 700, 1739],
    ],
    [
      'Grok on Azure: more cached than asked',
      { ...counts(7, 8, 15), ...prompted({ cached_tokens: 161 }) },
      [7, 8, 7, 0, 0, 15],
    ],
    ['vLLM', { ...counts(46, 2, 48), ...prompted({ cached_tokens: 32 }) }, [46, 2, 32, 0, 0, 48]],
    ['Ollama', counts(74, 53, 127), [74, 53, 0, 0, 0, 127]],
    ['llama.cpp', { ...counts(53, 10, 63), ...prompted({ cached_tokens: 40 }) }, [53, 10, 40, 0, 0, 63]],
    [
      'OpenRouter',
      {
        ...counts(254, 5, 259),
        cost: 0.000837,
        is_byok: false,
        ...prompted({ cached_tokens: 0, cache_write_tokens: 0, video_tokens: 0 }),
        cost_details: { upstream_inference_cost: null },
        ...completed({ reasoning_tokens: 0, image_tokens: 0 }),
        server_tool_use_details: { web_search_requests: 1 },
      },
      [254, 5, 0, 0, 0, 259],
    ],
    [
      'OpenRouter: more reasoning than output',
      { ...counts(100, 10, 110), ...completed({ reasoning_tokens: 11 }) },
      [100, 10, 0, 0, 10, 110],
    ],
    [
      'Groq',
      {
        ...counts(45, 662, 707),
        queue_time: 0.04,
        prompt_time: 0.003,
        completion_time: 2.65,
        total_time: 2.66,
        ...completed({ reasoning_tokens: 100 }),
      },
      [45, 662, 0, 0, 100, 707],
    ],
    [
      'DeepSeek',
      {
        ...counts(18, 219, 237),
        ...prompted({ cached_tokens: 6 }),
        ...completed({ reasoning_tokens: 205 }),
        prompt_cache_hit_tokens: 6,
        prompt_cache_miss_tokens: 12,
      },
      [18, 219, 6, 0, 205, 237],
    ],
    [
      'DeepSeek, cache hits at the top alone',
      { ...counts(18, 219, 237), prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 12 },
      [18, 219, 6, 0, 0, 237],
    ],
    ['Mistral', { ...counts(22, 8, 30), ...prompted({ cached_tokens: 3 }) }, [22, 8, 3, 0, 0, 30]],
    ['Mistral, cached as a number', { ...counts(22, 8, 30), num_cached_tokens: 3 }, [22, 8, 3, 0, 0, 30]],
    [
      'Mistral and Writer, details in the singular',
      { ...counts(22, 8, 30), ...prompted(null), prompt_token_details: { cached_tokens: 3 } },
      [22, 8, 3, 0, 0, 30],
    ],
    [
      'xAI: reasoning beside the output',
      {
        ...counts(12, 2, 354),
        ...prompted({ text_tokens: 12, cached_tokens: 11 }),
        ...completed({ reasoning_tokens: 340 }),
        num_sources_used: 0,
        cost_in_usd_ticks: 1_721_250,
      },
      [12, 342, 11, 0, 340, 354],
    ],
    [
      'Perplexity',
      { ...counts(8, 5, 13), search_context_size: 'low', cost: { total_cost: 0.00501 }, citation_tokens: 99 },
      [8, 5, 0, 0, 0, 13],
    ],
    ['Together: cached at the top', { ...counts(10, 955, 965), cached_tokens: 4 }, [10, 955, 4, 0, 0, 965]],
    [
      'Cerebras',
      { ...counts(433, 122, 555), ...prompted({ cached_tokens: 256 }), ...completed({ reasoning_tokens: 108 }) },
      [433, 122, 256, 0, 108, 555],
    ],
    [
      'Zhipu',
      { ...counts(13, 564, 577), ...prompted({ cached_tokens: 0 }), ...completed({ reasoning_tokens: 561 }) },
      [13, 564, 0, 0, 561, 577],
    ],
    ['Moonshot', { ...counts(19, 13, 32), cached_tokens: 10 }, [19, 13, 10, 0, 0, 32]],
    [
      'DashScope: cache writes inside the prompt',
      {
        ...counts(24, 1355, 1379),
        ...prompted({ cached_tokens: 8, cache_creation_input_tokens: 10, cache_type: 'ephemeral' }),
        ...completed({ reasoning_tokens: 1084 }),
      },
      [24, 1355, 8, 10, 1084, 1379],
    ],
    [
      'SambaNova: rates beside the counts',
      {
        is_last_response: true,
        ...counts(10, 51, 61),
        total_tokens_per_sec: 431.2,
        completion_tokens_per_sec: 398.7,
        completion_tokens_after_first_per_sec: 400.1,
        total_latency: 0.4,
        acceptance_rate: 5,
      },
      [10, 51, 0, 0, 0, 61],
    ],
    [
      'who counts in strings',
      { prompt_tokens: '12', completion_tokens: '3', total_tokens: '15' },
      [12, 3, 0, 0, 0, 15],
    ],
  ])('%s', (_name, usage, expected) => {
    expect(inOrder(openAiUsage(usage))).toEqual(expected);
  });
});

describe('usage is', () => {
  test.each<[JsonObject]>([
    [{ prompt_tokens: 0 }],
    [{ completion_tokens: '3' }],
    [counts(0, 0, 0)],
    [{ prompt_tokens: 'many' }],
    [{ completion_tokens: -1 }],
  ])('%j', (usage) => {
    expect(countsTokens(usage)).toBe(true);
  });

  test.each<[JsonObject]>([
    [{}],
    [{ prompt_tokens: null, completion_tokens: null }],
    [{ completion_tokens_per_sec: 3, total_tokens_per_sec: 4, prompt_time: 1 }],
    [{ prompt_tokens_details: { cached_tokens: 3 } }],
  ])('not %j', (usage) => {
    expect(countsTokens(usage)).toBe(false);
  });
});

test('a placeholder counts nothing at all', () => {
  expect(allZero(counts(0, 0, 0))).toBe(true);
  expect(allZero({ ...counts(0, 0, 0), prompt_tokens_details: null, cost: 1 })).toBe(true);
  expect(allZero({ prompt_tokens: 1 })).toBe(false);
  expect(allZero({ prompt_tokens: 0, completion_tokens: 'NaN' })).toBe(false);
});

test.each([
  ['with no parts', { total_tokens: 18 }],
  ['with parts by other names', { total_tokens: 290, input_tokens: 287, output_tokens: 3 }],
])('a total %s is not taken for tokens that cost nothing', (_name, usage) => {
  expect(countsTokens(usage) && openAiUsage(usage).tokens.totalTokens === 0).toBe(false);
});
