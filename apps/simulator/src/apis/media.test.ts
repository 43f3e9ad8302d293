import { describe, expect, test } from '@jest/globals';
import { answerTo, dataOf, framesOf } from '../../testing/answer-to.ts';
import { askingOf, readBody } from '../asked.ts';
import { geminiEmbeddings } from './gemini-embeddings.ts';
import { openaiCompact } from './openai-compact.ts';
import { openaiImages } from './openai-images.ts';
import { openaiSpeech } from './openai-speech.ts';
import { openaiTranscriptions } from './openai-transcriptions.ts';

const whole = (answer: { body(): string }) => JSON.parse(answer.body());

test('images are as many as are asked for, or one in parts', () => {
  const asked = { path: '/v1/images/edits', body: { prompt: 'p', n: 3 } };
  const answer = answerTo(openaiImages, 'm;tokens=2,input=7,output=5', asked);
  expect(whole(answer)).toMatchObject({ data: [{}, {}, {}], usage: { input_tokens: 7, output_tokens: 5 } });
  const types = framesOf(answer, 2).map((frame) => dataOf(frame).type);
  expect(types).toEqual(['image_edit.partial_image', 'image_edit.partial_image', 'image_edit.completed']);
});

test('a transcription says tokens, seconds or nothing', () => {
  const usageOf = (script: string) => whole(answerTo(openaiTranscriptions, `sim:${script}`, { body: {} })).usage;
  expect(usageOf('input=7,output=5')).toMatchObject({ type: 'tokens', input_tokens: 7, output_tokens: 5 });
  expect(usageOf('usage=seconds')).toEqual({ type: 'duration', seconds: 12.4 });
  expect(usageOf('usage=never')).toBeUndefined();
  const frames = framesOf(answerTo(openaiTranscriptions, 'sim:tokens=1,input=7', { body: {} }), 1);
  expect(dataOf(frames.at(-1))).toMatchObject({ type: 'transcript.text.done', usage: { input_tokens: 7 } });
});

test('speech is bytes, or events with usage in the last', () => {
  const answer = answerTo(openaiSpeech, 'sim:tokens=2,input=7', { body: { input: 'x' } });
  expect(answer.body().length).toBeGreaterThan(0);
  expect(dataOf(framesOf(answer, 2).at(-1))).toMatchObject({ type: 'speech.audio.done', usage: { input_tokens: 7 } });
});

test('a compaction is one item', () => {
  const answer = answerTo(openaiCompact, 'sim:input=7,cached=2,output=5', { body: { input: 'x' }, streamed: false });
  expect(whole(answer)).toMatchObject({
    object: 'response.compaction',
    usage: { input_tokens: 7, input_tokens_details: { cached_tokens: 2 }, output_tokens: 5 },
  });
});

test('Gemini embeds one, or each of a batch', () => {
  const asked = (path: string, body: Record<string, unknown>) =>
    whole(answerTo(geminiEmbeddings, 'sim:input=7', { path, body, streamed: false }));
  expect(asked('/m:embedContent', { content: {} })).toMatchObject({
    embedding: {},
    usageMetadata: { promptTokenCount: 7 },
  });
  expect(asked('/m:batchEmbedContents', { requests: [{}, {}] }).embeddings).toHaveLength(2);
});

describe('what is asked', () => {
  test('may be a form, but for its files', async () => {
    const parts = ['name="model"\r\n\r\nsim', 'name="n"\r\n\r\n2', 'name="file"; filename="a"\r\n\r\nRIFF'];
    const text = `${parts.map((part) => `--b\r\nContent-Disposition: form-data; ${part}\r\n`).join('')}--b--\r\n`;
    const request = { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' } };
    const body = await readBody(Object.assign([Buffer.from(text)], request) as never);
    expect(body).toEqual({ model: 'sim', n: 2 });
  });

  test('has its model from a deployment’s path', () => {
    const { body } = askingOf({ url: '/v1/deployments/gpt%2Dx/chat/completions?api-version=1' }, { model: 'x', n: 1 });
    expect(body).toEqual({ model: 'gpt-x', n: 1 });
  });
});
