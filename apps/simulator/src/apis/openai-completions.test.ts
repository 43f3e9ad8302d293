import { expect, test } from '@jest/globals';
import { answerTo as answer, askingFor, dataOf, framesOf } from '../../testing/answer-to.ts';
import { openaiCompletions } from './openai-completions.ts';

const answerTo = (model: string, more: object = {}) =>
  answer(openaiCompletions, model, { body: { prompt: 'a weir?', ...more } });

const head = 'data: {"id":"cmpl-sim-1","object":"text_completion","created":1790000000,';
const chunk = (text: string, reason: string, more = '') =>
  `${head}"choices":[{"text":"${text}","index":0,"logprobs":null,"finish_reason":${reason}}],"model":"gpt-x"${more}}\n\n`;

test('frames are OpenAI’s, byte for byte; the one with usage has its members in another order', () => {
  expect(framesOf(answerTo('gpt-x;tokens=1,input=14'), 1)).toEqual([
    chunk('A', 'null'),
    chunk('', '"stop"'),
    'data: [DONE]\n\n',
  ]);
  const asked = answerTo('gpt-x;tokens=1,input=14', { stream_options: { include_usage: true } });
  expect(framesOf(asked, 1)).toEqual([
    chunk('A', 'null', ',"usage":null'),
    chunk('', '"stop"', ',"usage":null'),
    `${head}"model":"gpt-x","usage":{"prompt_tokens":14,"completion_tokens":1,"total_tokens":15},"choices":[]}\n\n`,
    'data: [DONE]\n\n',
  ]);
});

test('usage has details where there is something in them', () => {
  const { usage } = dataOf(answerTo('sim:usage=finish,input=14,cached=4').finish()[0]);
  expect(usage).toMatchObject({ prompt_tokens: 14, prompt_tokens_details: { cached_tokens: 4 } });
});

test('several choices are told apart, and the last finish has the usage', () => {
  const frames = framesOf(answerTo('sim:tokens=1,usage=finish,reason=length', { n: 2 }), 1)
    .slice(0, -1)
    .map(dataOf);
  expect(frames.map(({ choices }) => choices[0].index)).toEqual([0, 1, 0, 1]);
  expect(frames.map(({ usage }) => usage?.completion_tokens)).toEqual([undefined, undefined, undefined, 2]);
});

test('a huge frame has exactly the bytes it was told to have', () => {
  expect(Buffer.byteLength(answerTo('sim').huge(5000)[0] ?? '')).toBe(5000);
});

test('the body says what the stream would have said', () => {
  expect(JSON.parse(answerTo('gpt-x;tokens=2,input=3').body())).toEqual({
    id: 'cmpl-sim-1',
    object: 'text_completion',
    created: 1_790_000_000,
    model: 'gpt-x',
    choices: [{ text: 'A weir', index: 0, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  });
});

test('a request without a prompt is refused', () => {
  expect(() => openaiCompletions.read(askingFor({ body: {} }))).toThrow('prompt');
});
