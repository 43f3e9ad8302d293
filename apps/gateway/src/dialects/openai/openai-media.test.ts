import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { BYTES } from '../../sse/bytes.ts';
import { RequestBody } from '../request-body.ts';
import { openAiImages } from './openai-images.ts';
import { askOpenAiMedia } from './openai-media-ask.ts';
import { openAiSpeech } from './openai-speech.ts';
import { openAiTranscriptions } from './openai-transcriptions.ts';

const body = (text: string) => RequestBody.of(Buffer.from(text));
const TYPE = 'multipart/form-data; boundary=b';
const form = (fields: Record<string, string>) => {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return body(`${parts.join('')}--b--\r\n`);
};

describe('a request for images or sound', () => {
  test.each([
    ['JSON', { url: '', body: body('{"model":"m","stream":true}') }, { model: 'm', streamed: true }],
    ['JSON without a model', { url: '', body: body('{"prompt":"p"}') }, { model: 'unnamed', namesNoModel: true }],
    ['a form', { url: '', body: form({ model: 'm' }), contentType: TYPE }, { model: 'm', streamed: false }],
    [
      'a form that wants a stream',
      { url: '', body: form({ model: 'm', stream: 'True' }), contentType: TYPE },
      { streamed: true },
    ],
    [
      'a form without a model',
      { url: '', body: form({ a: 'b' }), contentType: TYPE },
      { model: 'unnamed', namesNoModel: true },
    ],
    [
      'a form that streams',
      { url: '', body: body(''), form: { model: 'm', stream: '1' }, contentType: TYPE },
      { model: 'm', streamed: true },
    ],
    [
      'one whose path names the model',
      { url: '', body: form({ model: 'x' }), contentType: TYPE, model: 'm' },
      { model: 'm', namesNoModel: false },
    ],
  ])('may be %s', (_what, asked, ask) => {
    expect(askOpenAiMedia(asked)).toMatchObject({ body: asked.body.bytes, ...ask });
  });

  test.each(['', 'text', '[1]'])('may not be %j', (text) => {
    expect(() => askOpenAiMedia({ url: '', body: body(text) })).toThrow('JSON object or a form');
  });
});

describe('speech', () => {
  const ask = (text: string) => openAiSpeech.ask({ url: '', body: body(text) });

  test.each([
    ['{"model":"m","input":"four"}', 4],
    ['{"model":"m","input":"🌊 \\u00e9\\n"}', 4],
    ['{"model":"m","input":""}', 0],
  ])('is counted in characters, however they are written: %s', (text, characters) => {
    expect(ask(text).units).toEqual({ characters });
  });

  test.each(['{"model":"m"}', '{"model":"m","input":7}', `{"model":"m","input":"${'x'.repeat(300_000)}"}`])(
    'is not counted where there is none, or far too much',
    (text) => {
      expect(ask(text).units).toBeNull();
    },
  );

  test('has nothing to be paid for before it begins', () => {
    const reader = openAiSpeech.createReader({ units: { characters: 4 } });
    expect(reader.reading().units).toBeNull();
    reader.see(BYTES);
    expect(reader.reading()).toMatchObject({ units: { characters: 4 }, usage: null });
  });

  test.each([
    ['{"model":"m","input":"x","stream_format":"sse"}', true],
    ['{"model":"m","input":"x","stream_format":"audio"}', false],
  ])('streams events where they are asked for: %s', (text, streamed) => {
    expect(ask(text).streamed).toBe(streamed);
  });
});

test.each([
  ['13', 13],
  ['"8.47"', 8.47],
  ['-1', null],
  ['"long"', null],
  ['null', null],
])('what was heard for %s seconds', (written, seconds) => {
  const reader = openAiTranscriptions.createReader();
  reader.seeBody(JSON.parse(`{"text":"x","duration":${written}}`));
  expect(reader.reading().units).toEqual(seconds === null ? null : { seconds });
});

const DONE = 'image_generation.completed';

test.each([{ cost_in_usd_ticks: 200_000_000 }, { cost: 0.02 }])(
  'a bill of images is kept without tokens: %j',
  (usage) => {
    const reader = openAiImages.createReader();
    reader.seeBody({ model: 'grok-imagine-image', data: [{ url: 'x' }], usage });
    expect(reader.reading()).toMatchObject({ usage, units: { images: 1 }, disbelief: null });
  },
);

test('usage of several images of a stream is not guessed', () => {
  const reader = openAiImages.createReader();
  const usage = { input_tokens: 50, output_tokens: 1000, cost: 0.02 };
  const finish = () => reader.see({ event: DONE, data: JSON.stringify({ type: DONE, usage }) });
  finish();
  expect(reader.reading()).toMatchObject({ usage, tokens: { outputTokens: 1000 }, disbelief: null });
  finish();
  expect(reader.reading()).toMatchObject({ usage: null, units: { images: 2 }, disbelief: { of: 'all' } });
  expect(reader.reading().tokens.outputTokens).toBe(0);
});

test('several images of a stream are all counted', () => {
  const reader = openAiImages.createReader();
  for (const _ of [1, 2])
    reader.see({ event: 'image_generation.completed', data: '{"type":"image_generation.completed"}' });
  expect(reader.reading()).toMatchObject({ units: { images: 2 }, terminalSeen: true });
});
