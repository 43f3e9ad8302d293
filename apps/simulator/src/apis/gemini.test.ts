import { describe, expect, test } from '@jest/globals';
import { answerTo as answer, askingFor, dataOf, framesOf } from '../../testing/answer-to.ts';
import { gemini, geminiArray } from './gemini.ts';

const contents = [{ role: 'user', parts: [{ text: 'a weir?' }] }];
const NUMBERS = 'input=9,output=208,reasoning=185';
const answerTo = (model: string, more: object = {}, api = gemini) =>
  answer(api, model, { body: { contents, ...more } });

describe('the path', () => {
  test.each([
    ['gemini-x:generateContent', 'gemini-x', false],
    ['gemini-x;tokens=5,usage=never:streamGenerateContent', 'gemini-x;tokens=5,usage=never', true],
    ['sim:tokens=5:streamGenerateContent', 'sim:tokens=5', true],
    ['sim%3Atokens%3D5%2Cevery%3D1:generateContent', 'sim:tokens=5,every=1', false],
    ['tuned/a:generateContent', 'tuned/a', false],
    ['%E0%A4%A:generateContent', null, false],
  ])('%s', (tail, model, streamed) => {
    expect(gemini.target(askingFor({ path: `/v1beta/models/${tail}`, body: {} }))).toEqual({ model, streamed });
  });
});

test('events are Google’s, byte for byte', () => {
  const usage = (candidates: number) =>
    `"usageMetadata": {"promptTokenCount": 9,"candidatesTokenCount": ${candidates},"totalTokenCount": ${194 + candidates},"promptTokensDetails": [{"modality": "TEXT","tokenCount": 9}],"thoughtsTokenCount": 185}`;
  const chunk = (text: string, candidates: number, end = '') =>
    `data: {"candidates": [{"content": {"parts": [{"text": "${text}"}],"role": "model"},${end}"index": 0}],${usage(candidates)},"modelVersion": "gemini-x","responseId": "gemini_sim-1"}\n\n`;
  expect(framesOf(answerTo(`gemini-x;tokens=2,${NUMBERS}`), 2)).toEqual([
    chunk('A', 11),
    chunk(' weir', 23),
    chunk('', 23, '"finishReason": "STOP",'),
  ]);
});

test('an array is Google’s, byte for byte', () => {
  const array = framesOf(answerTo('gemini-x;tokens=1,usage=never', {}, geminiArray), 1).join('');
  const element = (text: string, end = '') => `{
  "candidates": [
    {
      "content": {
        "parts": [
          {
            "text": "${text}"
          }
        ],
        "role": "model"
      },${end}
      "index": 0
    }
  ],
  "modelVersion": "gemini-x",
  "responseId": "gemini_sim-1"
}`;
  expect(array).toBe(`[${element('A')}\n,\r\n${element('', '\n      "finishReason": "STOP",')}\n]\n`);
});

describe('usage', () => {
  const told = (place: string) =>
    framesOf(answerTo(`sim:tokens=1,usage=${place},${NUMBERS},cached=4`), 1).map(
      (frame) => dataOf(frame).usageMetadata,
    );

  test('is in every chunk, in the last, or nowhere', () => {
    const full = { promptTokenCount: 9, candidatesTokenCount: 23, thoughtsTokenCount: 185, totalTokenCount: 217 };
    const last = expect.objectContaining({ ...full, cachedContentTokenCount: 4 });
    expect(told('each')).toEqual([last, last]);
    expect(told('finish')).toEqual([{ trafficType: 'ON_DEMAND' }, last]);
    expect(told('never')).toEqual([undefined, undefined]);
  });

  test('is the same in a body', () => {
    expect(JSON.parse(answerTo(`sim:${NUMBERS}`).body()).usageMetadata).toMatchObject({ totalTokenCount: 217 });
    expect(JSON.parse(answerTo('sim:usage=never').body())).not.toHaveProperty('usageMetadata');
  });
});

test.each([
  ['functionDeclarations', gemini],
  ['function_declarations', geminiArray],
])('the first of %s is called, once, with what looks like usage', (declarations, api) => {
  const asked = answerTo('sim:tools,tokens=1', { tools: [{ [declarations]: [{ name: 'dam' }] }] }, api);
  const args = { text: 'A', usageMetadata: { totalTokenCount: 1 } };
  const { parts } = JSON.parse(asked.body()).candidates[0].content;
  expect(parts).toEqual([{ text: 'A' }, { functionCall: { name: 'dam', args } }]);
  expect(
    framesOf(asked, 1)
      .join('')
      .match(/"functionCall"/g),
  ).toHaveLength(1);
});

test.each([gemini, geminiArray])('a huge frame of $name has exactly the bytes it was told to have', (api) => {
  const answered = answerTo('sim:tokens=1', {}, api);
  answered.token(0);
  expect(Buffer.byteLength(answered.huge(5000)[0] ?? '')).toBe(5000);
});

test('an array with nothing in it is one all the same', () => {
  expect(answerTo('sim', {}, geminiArray).done()).toEqual(['[]\n']);
});

test('errors have Google’s shape, alone or in an array', () => {
  const error = { code: 429, message: 'no', status: 'RESOURCE_EXHAUSTED' };
  expect(JSON.parse(gemini.errorBody({ status: 429, message: 'no' }))).toEqual({ error });
  expect(JSON.parse(geminiArray.errorBody({ status: 429, message: 'no' }))).toEqual([{ error }]);
  expect(JSON.parse(gemini.errorBody({ status: 418, message: 'no' })).error.status).toBe('UNKNOWN');
  const inStream = { code: 503, message: 'The simulator was told to fail here.', status: 'UNAVAILABLE' };
  expect(dataOf(answerTo('sim').error()[0])).toEqual({ error: inStream });
  expect(JSON.parse(answerTo('sim', {}, geminiArray).error().join(''))).toEqual([{ error: inStream }]);
  expect(() => gemini.read(askingFor({ body: {} }))).toThrow('contents');
});
