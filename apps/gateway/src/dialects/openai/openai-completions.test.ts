import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { RequestBody } from '../request-body.ts';
import { openAiCompletions } from './openai-completions.ts';

const completion = (text: string, finish_reason: string | null, more: object = {}): string =>
  JSON.stringify({ id: 'cmpl-1', model: 'm-1', choices: [{ text, index: 0, logprobs: null, finish_reason }], ...more });
const counts = (prompt: number, output: number) => ({
  prompt_tokens: prompt,
  completion_tokens: output,
  total_tokens: prompt + output,
});

function seeAll(...frames: string[]) {
  const reader = openAiCompletions.createReader();
  const sights = frames.map((data) => reader.see({ event: undefined, data }));
  return { sights, reading: reader.reading() };
}

test('it has a name of its own in the row', () => {
  expect(openAiCompletions.name).toBe('openai-completions');
});

test('a stream is asked for usage, with no other byte changed', () => {
  const body = '{ "prompt":"a", "seed":7228414683750928000, "model":"m","stream":true}';
  const asked = openAiCompletions.ask({ url: '/v1/completions', body: RequestBody.of(Buffer.from(body)) });
  expect(asked).toMatchObject({ model: 'm', streamed: true, usageRequested: false, usageOverruled: false });
  expect(String(asked.body)).toBe(`{"stream_options":{"include_usage":true},${body.slice(1)}`);
});

describe('a stream', () => {
  test('has text for content, usage of its own, and an end', () => {
    const usage = JSON.stringify({ id: 'cmpl-1', model: 'm-1', usage: counts(14, 16), choices: [] });
    const { sights, reading } = seeAll(
      completion('', null),
      completion(' a', null, { usage: null }),
      completion('', 'length', { usage: null }),
      usage,
      '[DONE]',
    );
    expect(sights.map((sight) => sight?.content)).toEqual([false, true, false, false, false]);
    expect(sights.map((sight) => sight?.usage)).toEqual(['none', 'none', 'none', 'alone', 'none']);
    expect(sights.map((sight) => sight?.end)).toEqual([null, null, null, null, 'terminal']);
    expect(reading).toMatchObject({
      model: 'm-1',
      upstreamId: 'cmpl-1',
      finishReason: 'length',
      terminalSeen: true,
      failed: false,
      tokens: { inputTokens: 14, outputTokens: 16, totalTokens: 30 },
    });
  });

  test('that ends on placeholders of zeros keeps what it said before', () => {
    const zeros = completion('', 'stop', { usage: counts(0, 0) });
    expect(seeAll(completion('a', null, { usage: counts(3, 1) }), zeros).reading.tokens.totalTokens).toBe(4);
  });

  test('may fail, and say so', () => {
    const { sights, reading } = seeAll(completion('a', null), '{"error":{"message":"no","code":500}}', '[DONE]');
    expect(sights[1]?.end).toBe('error');
    expect(reading).toMatchObject({ failed: true, usage: null });
  });
});
