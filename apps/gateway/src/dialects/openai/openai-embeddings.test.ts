import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import type { Reading } from '../dialect.ts';
import { RequestBody } from '../request-body.ts';
import { openAiEmbeddings } from './openai-embeddings.ts';

const ask = (body: string) => openAiEmbeddings.ask({ url: '/v1/embeddings', body: RequestBody.of(Buffer.from(body)) });

function readingOf(body: unknown): Reading {
  const reader = openAiEmbeddings.createReader();
  reader.seeBody(body);
  return reader.reading();
}

const answer = (usage: unknown): object => ({ object: 'list', data: [{ embedding: [0.5] }], model: 'm-1', usage });

test('a request goes on as it came', () => {
  const body = '{"input":["a",[1,2]],"model":"m","stream":true,"dimensions":256}';
  const asked = ask(body);
  expect(asked).toMatchObject({ model: 'm', streamed: false });
  expect(String(asked.body)).toBe(body);
});

test.each(['', '[]', '{"input":"a"}', '{"model":""}'])('a request like %j is refused', (body) => {
  expect(() => ask(body)).toThrow();
});

test('an answer is no stream, whatever its type says', () => {
  for (const type of ['application/json', 'text/event-stream']) {
    expect(openAiEmbeddings.framing(type, ask('{"model":"m"}'))).toBeNull();
  }
});

describe('usage', () => {
  test.each<[string, object, number, number]>([
    ['of the prompt', { prompt_tokens: 12, total_tokens: 12 }, 12, 0],
    ['with an output of zero', { prompt_tokens: 8, total_tokens: 8, completion_tokens: 0 }, 8, 0],
    ['of a total alone', { total_tokens: 18 }, 18, 0],
    ['of a total, beside nulls', { prompt_tokens: null, total_tokens: 18, completion_tokens: 0 }, 18, 0],
    ['in digits', { prompt_tokens: '12', total_tokens: '12' }, 12, 0],
    ['with details that are null', { prompt_tokens: 15, total_tokens: 15, prompt_tokens_details: null }, 15, 0],
    ['of which a part was cached', { prompt_tokens: 15, prompt_tokens_details: { cached_tokens: 4 } }, 15, 4],
    ['of nothing', { prompt_tokens: 0, total_tokens: 0 }, 0, 0],
  ])('%s is all input', (_name, usage, input, cached) => {
    const reading = readingOf(answer(usage));
    expect(reading.usage).toEqual(usage);
    expect(reading.tokens).toEqual({
      inputTokens: input,
      cachedInputTokens: cached,
      cacheWriteTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
      totalTokens: input,
    });
  });

  test.each([[undefined], [null], [{}], [{ total_tokens: null }], [{ cost: 1 }], [7], [[{ prompt_tokens: 1 }]]])(
    'is unknown where it is %j',
    (usage) => {
      expect(readingOf(answer(usage)).usage).toBeNull();
    },
  );
});

describe('a body', () => {
  test('that can be read is complete, and has no finish', () => {
    expect(readingOf({ ...answer({ total_tokens: 1 }), id: 'e-1' })).toMatchObject({
      model: 'm-1',
      upstreamId: 'e-1',
      finishReason: null,
      terminalSeen: true,
      failed: false,
    });
  });

  test.each([{ error: { message: 'no' } }, { error: 'no', code: 'bad' }])('may be an error: %j', (body) => {
    expect(readingOf(body).failed).toBe(true);
  });

  test('with an error of null is none', () => {
    expect(readingOf({ ...answer({ total_tokens: 1 }), error: null }).failed).toBe(false);
  });

  test.each([null, [], [answer({})], 'text', 7])('that is %j is no answer', (body) => {
    expect(openAiEmbeddings.createReader().seeBody(body)).toBe(false);
    expect(readingOf(body)).toMatchObject({ terminalSeen: false, usage: null, model: null });
  });
});
