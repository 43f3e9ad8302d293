// The official OpenAI SDK on the two older APIs: Completions and Embeddings.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import { all, KEY, openSdkWeir, type SdkWeir } from './sdk-weir.ts';

let sdk: SdkWeir;
let client: OpenAI;
let altered: OpenAI;

beforeAll(async () => {
  sdk = await openSdkWeir();
  client = clientOf(sdk.url, KEY);
  altered = clientOf(sdk.alteringUrl, 'sk-of-the-caller');
});

afterAll(async () => {
  await sdk.close();
});

describe('completions', () => {
  const asked = { model: 'gpt-3.5-turbo-instruct;tokens=6,input=8', prompt: 'A weir is' };
  const usage = { prompt_tokens: 8, completion_tokens: 6, total_tokens: 14 };
  const good = {
    status: 'ok',
    reason: null,
    dialect: 'openai-completions',
    endpoint: '/v1/completions',
    terminal_seen: true,
    finish_reason: 'stop',
    model: 'gpt-3.5-turbo-instruct',
    usage_source: 'reported',
    input_tokens: 8,
    output_tokens: 6,
    total_tokens: 14,
  };

  test('streams', async () => {
    const chunks = await all(await client.completions.create({ ...asked, stream: true }));
    expect(textOf(chunks).length).toBeGreaterThan(0);
    expect(await sdk.lastRow()).toMatchObject({ ...good, streamed: true });
  });

  test('streams with usage', async () => {
    const chunks = await all(
      await client.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } }),
    );
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage });
    expect(await sdk.lastRow()).toMatchObject(good);
  });

  test('asks without a stream', async () => {
    const completion = await client.completions.create(asked);
    expect(completion).toMatchObject({ choices: [{ finish_reason: 'stop' }], usage });
    expect(await sdk.lastRow()).toMatchObject({ ...good, streamed: false, upstream_id: completion.id });
  });

  test.each(['error', 'reset', 'cut', 'no-finish'])('throws when a stream breaks (end=%s)', async (end) => {
    const stream = await client.completions.create({ ...asked, model: `sim:tokens=3,end=${end}`, stream: true });
    await expect(all(stream)).rejects.toBeInstanceOf(OpenAI.APIError);
    expect(await sdk.lastRow()).toMatchObject({ status: 'error', finish_reason: null });
  });

  test.each(['after', 'finish'])('survives trailing metadata and stripped usage (usage=%s)', async (place) => {
    const model = `${asked.model},usage=${place}`;
    const ask = async (by: OpenAI) =>
      all(await by.completions.create({ ...asked, model, stream: true, stream_options: { include_usage: true } }));
    const [plain, chunks] = [await ask(client), await ask(altered)];
    expect(textOf(chunks)).toBe(textOf(plain));
    expect(chunks.every((chunk) => chunk.choices.length > 0 && !chunk.usage)).toBe(true);
    expect(await sdk.lastRow()).toMatchObject(good);
  });

  test('throws its own error classes', async () => {
    const by = (key: string) => clientOf(sdk.url, key).completions;
    await expect(by('sk-wrong').create(asked)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(by(KEY).create({ ...asked, model: '' })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(client.get('/completions')).rejects.toMatchObject({ status: 405, code: 'method_not_allowed' });
  });
});

describe('embeddings', () => {
  const asked = { model: 'text-embedding-3-small;input=8', input: ['a weir', 'a dam'], dimensions: 4 };
  const good = {
    status: 'ok',
    reason: null,
    dialect: 'openai-embeddings',
    endpoint: '/v1/embeddings',
    streamed: false,
    finish_reason: null,
    terminal_seen: true,
    model: 'text-embedding-3-small',
    usage_source: 'reported',
    input_tokens: 8,
    output_tokens: 0,
    total_tokens: 8,
    ttft_ms: null,
  };

  // Unless it is told otherwise, the SDK asks for base64 and decodes it.
  test.each([{}, { encoding_format: 'float' as const }])('embeds (%j)', async (format) => {
    const { data, usage } = await client.embeddings.create({ ...asked, ...format });
    expect(data.map(({ embedding }) => embedding.length)).toEqual([4, 4]);
    expect(usage).toEqual({ prompt_tokens: 8, total_tokens: 8 });
    expect(await sdk.lastRow()).toMatchObject(good);
  });

  test('survives trailing metadata and stripped usage, which touch no body', async () => {
    expect(await altered.embeddings.create(asked)).toEqual(await client.embeddings.create(asked));
    await altered.embeddings.create(asked);
    expect(sdk.lastResponse().headers.get('x-weir-input-tokens')).toBe('8');
    expect(await sdk.lastRow()).toMatchObject(good);
  });

  test('throws its own error classes', async () => {
    const by = (key: string) => clientOf(sdk.url, key).embeddings;
    await expect(by('sk-wrong').create(asked)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(by(KEY).create({ ...asked, model: '' })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(client.get('/embeddings')).rejects.toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  test('gets an error under status 200 as it came; the row knows better', async () => {
    expect(await client.embeddings.create({ ...asked, model: 'sim:end=error-200' })).toHaveProperty('error');
    expect(await sdk.lastRow()).toMatchObject({ status: 'error', reason: 'upstream_error' });
  });
});

const textOf = (chunks: OpenAI.Completion[]) => chunks.map((chunk) => chunk.choices[0]?.text ?? '').join('');

const clientOf = (url: string, apiKey: string) =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0, fetch: sdk.fetch });
