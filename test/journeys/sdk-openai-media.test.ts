// The official OpenAI SDK on images, sound and compaction, and the one for Azure.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI, { AzureOpenAI, toFile } from 'openai';
import { all, KEY, openSdkWeir, type SdkWeir } from './sdk-weir.ts';

const model = 'gpt-x;tokens=4,every=1,input=8';
const good = { status: 'ok', reason: null, model_requested: model, usage_source: 'reported', input_tokens: 8 };
const wav = () => toFile(Buffer.from('RIFF'.repeat(30_000)), 'a.wav', { type: 'audio/wav' });
const png = () => toFile(Buffer.from('PNG'), 'a.png', { type: 'image/png' });

let sdk: SdkWeir;
let client: OpenAI;
let azure: AzureOpenAI;

beforeAll(async () => {
  sdk = await openSdkWeir();
  const options = { apiKey: KEY, fetch: sdk.fetch, maxRetries: 0 };
  client = new OpenAI({ ...options, baseURL: `${sdk.url}/v1` });
  azure = new AzureOpenAI({ ...options, endpoint: sdk.url, apiVersion: '2026-01-01' });
});

afterAll(async () => {
  await sdk.close();
});

describe('images', () => {
  test('are made', async () => {
    const { data, usage } = await client.images.generate({ model, prompt: 'a weir', n: 2 });
    expect([data?.length, usage?.input_tokens]).toEqual([2, 8]);
    expect(await sdk.lastRow()).toMatchObject({ ...good, dialect: 'openai-images', units: { images: 2 } });
  });

  test('are made in parts', async () => {
    const events = await all(
      await client.images.generate({ model, prompt: 'a weir', stream: true, partial_images: 2 }),
    );
    expect(events.at(-1)).toMatchObject({ type: 'image_generation.completed', usage: { input_tokens: 8 } });
    expect(await sdk.lastRow()).toMatchObject({ ...good, streamed: true, units: { images: 1 } });
  });

  test('are edited', async () => {
    const { data } = await client.images.edit({ model, prompt: 'a weir', image: [await png(), await png()] });
    expect(data).toHaveLength(1);
    expect(await sdk.lastRow()).toMatchObject({ ...good, endpoint: '/v1/images/edits' });
  });
});

describe('sound', () => {
  test('is transcribed', async () => {
    const { text } = await client.audio.transcriptions.create({ model, file: await wav() });
    expect(text.length).toBeGreaterThan(0);
    expect(await sdk.lastRow()).toMatchObject({ ...good, dialect: 'openai-transcriptions' });
  });

  test('is transcribed while it is heard', async () => {
    const events = await all(await client.audio.transcriptions.create({ model, file: await wav(), stream: true }));
    expect(events.at(-1)).toMatchObject({ type: 'transcript.text.done', usage: { input_tokens: 8 } });
    expect(await sdk.lastRow()).toMatchObject({ ...good, streamed: true, terminal_seen: true });
  });

  test('is translated', async () => {
    const { text } = await client.audio.translations.create({ model, file: await wav() });
    expect(text.length).toBeGreaterThan(0);
    expect(await sdk.lastRow()).toMatchObject({ ...good, endpoint: '/v1/audio/translations' });
  });

  test('is spoken', async () => {
    const answer = await client.audio.speech.create({ model, voice: 'alloy', input: 'A weir.' });
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
    const row = { status: 'ok', dialect: 'openai-speech', model_requested: model, units: { characters: 7 } };
    expect(await sdk.lastRow()).toMatchObject(row);
  });
});

test('a conversation is compacted', async () => {
  const compacted = await client.responses.compact({ model: model as 'gpt-5', input: 'a long one' });
  expect(compacted.usage.input_tokens).toBe(8);
  expect(await sdk.lastRow()).toMatchObject({
    ...good,
    dialect: 'openai-responses',
    endpoint: '/v1/responses/compact',
  });
});

describe('the client for Azure', () => {
  // Its name stands in the path, where no `;` may.
  const deployment = 'gpt-x';
  const reported = { status: 'ok', reason: null, model_requested: deployment, usage_source: 'reported' };
  const messages = [{ role: 'user' as const, content: 'What does a weir do?' }];

  test('chats at its deployment', async () => {
    const { usage } = await azure.chat.completions.create({ model: deployment, messages });
    expect(usage?.prompt_tokens).toBeGreaterThan(0);
    const endpoint = '/openai/deployments/{model}/chat/completions';
    expect(await sdk.lastRow()).toMatchObject({ ...reported, dialect: 'openai-chat', endpoint });
  });

  test('streams', async () => {
    const chunks = await all(await azure.chat.completions.create({ model: deployment, messages, stream: true }));
    expect(chunks.length).toBeGreaterThan(4);
    expect(await sdk.lastRow()).toMatchObject({ ...reported, streamed: true });
  });

  test('transcribes', async () => {
    const { text } = await azure.audio.transcriptions.create({ model: deployment, file: await wav() });
    expect(text.length).toBeGreaterThan(0);
    const endpoint = '/openai/deployments/{model}/audio/transcriptions';
    expect(await sdk.lastRow()).toMatchObject({ ...reported, endpoint });
  });

  test('asks for responses', async () => {
    const { usage } = await azure.responses.create({ model, input: 'x' });
    expect(usage?.input_tokens).toBe(8);
    expect(await sdk.lastRow()).toMatchObject({ ...good, endpoint: '/openai/responses' });
  });
});
