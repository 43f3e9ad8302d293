import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../json.ts';
import { anthropicUsage, countsTokens, laidOver } from './anthropic-usage.ts';

const inOrder = (usage: JsonObject): number[] => {
  const { tokens } = anthropicUsage(usage);
  return [
    tokens.inputTokens,
    tokens.outputTokens,
    tokens.cachedInputTokens,
    tokens.cacheWriteTokens,
    tokens.reasoningTokens,
    tokens.totalTokens,
  ];
};

const counts = (input: number, output: number, more: JsonObject = {}): JsonObject => ({
  input_tokens: input,
  output_tokens: output,
  ...more,
});
const cached = (written: number, read: number): JsonObject => ({
  cache_creation_input_tokens: written,
  cache_read_input_tokens: read,
});
const iteration = (type: string, input: number, output: number, more: JsonObject = {}): JsonObject => ({
  type,
  ...counts(input, output, more),
});
const iterating = (...iterations: unknown[]): JsonObject => ({ iterations });

describe('input, output, cached, written, reasoning and total are read right from', () => {
  test.each<[string, JsonObject, number[]]>([
    ['the two counts alone', counts(17, 64), [17, 64, 0, 0, 0, 81]],
    ['caches, which the input leaves out', counts(2, 198, cached(3068, 500)), [3570, 198, 500, 3068, 0, 3768]],
    [
      'cache writes, which are said again by lifetime',
      counts(2, 1, {
        ...cached(30, 0),
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      }),
      [32, 1, 0, 30, 0, 33],
    ],
    [
      'thinking, which is in the output',
      counts(9, 50, { output_tokens_details: { thinking_tokens: 40 } }),
      [9, 50, 0, 0, 40, 59],
    ],
    [
      'more thinking than output',
      counts(9, 50, { output_tokens_details: { thinking_tokens: 51 } }),
      [9, 50, 0, 0, 50, 59],
    ],
    ['nulls', counts(9, 5, { cache_read_input_tokens: null, output_tokens_details: null }), [9, 5, 0, 0, 0, 14]],
    ['text', { input_tokens: '12', output_tokens: '3', cache_read_input_tokens: '8' }, [20, 3, 8, 0, 0, 23]],
    ['the output alone', { output_tokens: 25 }, [0, 25, 0, 0, 0, 25]],
    [
      'requests to tools, which are no tokens',
      counts(9, 5, { server_tool_use: { web_search_requests: 3 } }),
      [9, 5, 0, 0, 0, 14],
    ],
  ])('%s', (_name, usage, expected) => {
    expect(inOrder(usage)).toEqual(expected);
  });
});

describe('where there were several iterations', () => {
  const message = iteration('message', 612, 2819);
  const compaction = iteration('compaction', 60385, 522);

  test.each<[string, JsonObject, number[]]>([
    ['a compaction counts too', counts(612, 2819, iterating(compaction, message)), [60997, 3341, 0, 0, 0, 64338]],
    ['so does one after which nothing came', counts(0, 0, iterating(compaction)), [60385, 522, 0, 0, 0, 60907]],
    ['all of them count', counts(1224, 5638, iterating(message, compaction, message)), [61609, 6160, 0, 0, 0, 67769]],
    [
      'an advisor does not',
      counts(612, 2819, iterating(message, iteration('advisor_message', 823, 1612))),
      [612, 2819, 0, 0, 0, 3431],
    ],
    [
      'nor does one beside no message',
      counts(7, 8, iterating(iteration('advisor_message', 823, 1612))),
      [7, 8, 0, 0, 0, 15],
    ],
    [
      'the answer of a fallback is the whole',
      counts(412, 264, iterating(iteration('message', 408, 0), iteration('fallback_message', 412, 264))),
      [412, 264, 0, 0, 0, 676],
    ],
    [
      'a compaction before a fallback counts beside it',
      counts(412, 264, iterating(compaction, iteration('message', 408, 0), iteration('fallback_message', 412, 264))),
      [60797, 786, 0, 0, 0, 61583],
    ],
    [
      'their caches add up',
      counts(5, 7, {
        ...cached(1, 2),
        ...iterating(iteration('compaction', 3, 4, cached(10, 20)), iteration('message', 5, 7, cached(1, 2))),
      }),
      [41, 11, 22, 11, 0, 52],
    ],
    [
      'the caches of the whole count, where they name none',
      counts(612, 2819, { ...cached(30, 200), ...iterating(compaction, message) }),
      [61227, 3341, 200, 30, 0, 64568],
    ],
    [
      'so does the thinking of the whole',
      counts(612, 2819, { output_tokens_details: { thinking_tokens: 900 }, ...iterating(compaction, message) }),
      [60997, 3341, 0, 0, 900, 64338],
    ],
    ['there may be none', counts(7, 8, iterating()), [7, 8, 0, 0, 0, 15]],
    ['there may be null', counts(7, 8, { iterations: null }), [7, 8, 0, 0, 0, 15]],
    [
      'those of no kind are passed over',
      counts(7, 8, iterating(null, 3, {}, { type: 'other', input_tokens: 9 })),
      [7, 8, 0, 0, 0, 15],
    ],
  ])('%s', (_name, usage, expected) => {
    expect(inOrder(usage)).toEqual(expected);
  });
});

describe('what is said later', () => {
  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'replaces its like, and leaves the rest',
      counts(17, 1, cached(3, 4)),
      { output_tokens: 64 },
      counts(17, 64, cached(3, 4)),
    ],
    ['may be more', counts(2037, 5), counts(15665, 412), counts(15665, 412)],
    ['may be less', counts(60385, 5), counts(612, 4), counts(612, 4)],
    ['says nothing where it is null', counts(17, 1), { input_tokens: null, output_tokens: 64 }, counts(17, 64)],
    [
      'is kept, though null, where nothing was said',
      counts(17, 1),
      { service_tier: null },
      counts(17, 1, { service_tier: null }),
    ],
    [
      'replaces whole what is nested',
      counts(1, 1, { cache_creation: { a: 1, b: 2 } }),
      { cache_creation: { a: 3 } },
      counts(1, 1, { cache_creation: { a: 3 } }),
    ],
    ['replaces real counts by no zeros that fill a place', counts(43, 9), counts(0, 0), counts(43, 9)],
    [
      'nor by such zeros beside a real count',
      counts(43, 0),
      { ...counts(0, 31), ...cached(0, 0) },
      counts(43, 31, cached(0, 0)),
    ],
    [
      'may be zero where the cache has it all',
      counts(43, 1),
      counts(0, 31, cached(0, 43)),
      counts(0, 31, cached(0, 43)),
    ],
    ['replaces a count that is not believed', counts(-1, 1), counts(18, 2), counts(18, 2)],
    [
      'is no placeholder where it is not believed',
      counts(43, 9),
      { ...counts(0, 31), cache_read_input_tokens: -1 },
      { ...counts(0, 31), cache_read_input_tokens: -1 },
    ],
    ['may be zero output', counts(18, 1), { output_tokens: 0 }, counts(18, 0)],
    ['may be zeros where there was nothing', {}, counts(0, 0), counts(0, 0)],
    ['may be nothing', counts(1, 2), {}, counts(1, 2)],
  ])('%s', (_name, usage, later, expected) => {
    expect(laidOver(usage, later)).toEqual(expected);
  });

  test('leaves what it is laid over as it was', () => {
    const usage = counts(17, 1);
    laidOver(usage, counts(18, 2));
    expect(usage).toEqual(counts(17, 1));
  });
});

test.each<[JsonObject, boolean]>([
  [{ input_tokens: 0 }, true],
  [{ output_tokens: '3' }, true],
  [{}, false],
  [{ input_tokens: null, output_tokens: null }, false],
  [{ input_tokens: 'many' }, true],
  [{ server_tool_use: { web_search_requests: 1 }, service_tier: 'standard' }, false],
])('whether %j is usage: %j', (usage, expected) => {
  expect(countsTokens(usage)).toBe(expected);
});
