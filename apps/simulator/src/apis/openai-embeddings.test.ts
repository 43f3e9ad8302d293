import { expect, test } from '@jest/globals';
import { answerTo, askingFor } from '../../testing/answer-to.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';

const listOf = (model: string, body: Record<string, unknown>) =>
  JSON.parse(answerTo(openaiEmbeddings, model, { body, streamed: false }).body());

test.each<[input: unknown, vectors: number]>([
  ['one', 1],
  [['one', 'two'], 2],
  [[1, 2, 3], 1],
  [[[1], [2, 3], [4]], 3],
])('%j has %i vectors', (input, vectors) => {
  const { data, object } = listOf('sim', { input });
  expect(object).toBe('list');
  expect(data.map(({ index }: { index: number }) => index)).toEqual([...Array(vectors).keys()]);
  expect(data[0].embedding).toHaveLength(1536);
});

test('as base64 they are the same numbers, in 32 bits', () => {
  const asked = { input: ['one', 'two'], dimensions: 3 };
  const { data: numbers } = listOf('sim', asked);
  const { data: encoded } = listOf('sim', { ...asked, encoding_format: 'base64' });
  const bytes = Buffer.from(encoded[1].embedding, 'base64');
  expect(bytes).toHaveLength(12);
  expect([0, 4, 8].map((at) => bytes.readFloatLE(at))).toEqual(numbers[1].embedding.map(Math.fround));
});

test('usage has the input alone, after the vectors, or is nowhere', () => {
  expect(
    answerTo(openaiEmbeddings, 'm;input=12', { body: { input: 'x', dimensions: 1 }, streamed: false }).body(),
  ).toBe(
    '{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.9159999999999999]}],"model":"m","usage":{"prompt_tokens":12,"total_tokens":12}}',
  );
  expect(listOf('sim:usage=never', { input: 'x' })).not.toHaveProperty('usage');
});

test.each([[{}], [{ input: 5 }], [{ input: 'x', dimensions: 0 }], [{ input: 'x', dimensions: 1.5 }]])(
  '%j is refused',
  (body) => {
    expect(() => openaiEmbeddings.read(askingFor({ body }))).toThrow(/must be/);
  },
);
