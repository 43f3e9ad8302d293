// The official Google SDK.
import { ApiError, GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { all, KEY, LONG, openSdkWeir, type SdkWeir } from './sdk-weir.ts';

const model = 'gemini-2.5-flash;tokens=6,input=8,cached=3,reasoning=2';
const embedder = 'gemini-embedding;input=8';
const contents = 'What does a weir do?';
const tools = [{ functionDeclarations: [{ name: 'weather' }] }];
const usage = { promptTokenCount: 8, cachedContentTokenCount: 3, candidatesTokenCount: 6, thoughtsTokenCount: 2 };
const good = {
  status: 'ok',
  reason: null,
  dialect: 'gemini',
  finish_reason: 'STOP',
  model_requested: model,
  model: 'gemini-2.5-flash',
  usage_source: 'reported',
  input_tokens: 8,
  cached_input_tokens: 3,
  output_tokens: 8,
  reasoning_tokens: 2,
  total_tokens: 16,
};
const whole = { ...good, endpoint: '/v1beta/models/{model}:generateContent', terminal_seen: true, streamed: false };
// Its streams have no terminal frame: the finish reason and the end of the body are the end.
const streamed = { ...good, endpoint: '/v1beta/models/{model}:streamGenerateContent', streamed: true };

let sdk: SdkWeir;
let client: GoogleGenAI;

beforeAll(async () => {
  sdk = await openSdkWeir();
  client = clientOf(sdk.url, KEY);
});

afterAll(async () => {
  await sdk.close();
});

test('streams', async () => {
  const chunks = await all(await client.models.generateContentStream({ model, contents }));
  expect(chunks.map((chunk) => chunk.text ?? '').join('').length).toBeGreaterThan(0);
  expect(chunks.at(-1)).toMatchObject({ usageMetadata: usage, modelVersion: 'gemini-2.5-flash' });
  expect(await sdk.lastRow()).toMatchObject({ ...streamed, upstream_id: chunks[0]?.responseId });
});

test('embeds', async () => {
  const { embeddings } = await client.models.embedContent({ model: embedder, contents: ['one', 'two'] });
  expect(embeddings).toHaveLength(2);
  expect(await sdk.lastRow()).toMatchObject({
    status: 'ok',
    dialect: 'gemini-embeddings',
    endpoint: '/v1beta/models/{model}:batchEmbedContents',
    model_requested: embedder,
    input_tokens: 8,
    output_tokens: 0,
  });
});

test('streams with usage in the last chunk alone, as Vertex does', async () => {
  const chunks = await all(await client.models.generateContentStream({ model: `${model},usage=finish`, contents }));
  expect(chunks.at(-1)?.usageMetadata).toMatchObject(usage);
  expect(await sdk.lastRow()).toMatchObject({ ...streamed, model_requested: `${model},usage=finish` });
});

test('asks without a stream', async () => {
  const response = await client.models.generateContent({ model, contents });
  expect(response.text?.length).toBeGreaterThan(0);
  expect(response.usageMetadata).toMatchObject(usage);
  expect(await sdk.lastRow()).toMatchObject({ ...whole, upstream_id: response.responseId });
});

test.each([true, false])('calls tools (stream: %s)', async (stream) => {
  const asked = { model: 'gemini-2.5-flash;tools,tokens=4', contents, config: { tools } };
  const responses = stream
    ? await all(await client.models.generateContentStream(asked))
    : [await client.models.generateContent(asked)];
  const calls = responses.flatMap((response) => response.functionCalls ?? []);
  expect(calls).toMatchObject([{ name: 'weather', args: { text: expect.any(String) } }]);
  expect(await sdk.lastRow()).toMatchObject({ status: 'ok', finish_reason: 'STOP', streamed: stream });
});

test('chats', async () => {
  const chat = client.chats.create({ model });
  await all(await chat.sendMessageStream({ message: contents }));
  expect((await chat.sendMessage({ message: 'And a dam?' })).text?.length).toBeGreaterThan(0);
  expect(await sdk.lastRow()).toMatchObject(whole);
});

test('leaves in mid-stream: the row says so, and holds the usage', async () => {
  const leaving = new AbortController();
  const asked = { model: `gemini-2.5-flash;${LONG.script}`, contents, config: { abortSignal: leaving.signal } };
  for await (const chunk of await client.models.generateContentStream(asked)) if (chunk.text !== '') break;
  leaving.abort();
  const row = { status: 'aborted', reason: 'client_disconnected', drained: true, output_tokens: LONG.tokens };
  expect(await sdk.lastRow()).toMatchObject(row);
});

test.each(['error', 'reset', 'cut', 'no-finish'])('throws when a stream breaks (end=%s)', async (end) => {
  const asked = { model: `gemini-2.5-flash;tokens=3,end=${end}`, contents };
  await expect(client.models.generateContentStream(asked).then(all)).rejects.toBeInstanceOf(ApiError);
  expect(await sdk.lastRow()).toMatchObject({ status: 'error', finish_reason: null });
});

test('throws its own error class', async () => {
  const ask = (wanted: string, by = client) => by.models.generateContent({ model: wanted, contents });
  const refused = async (asked: Promise<unknown>) => {
    const error: unknown = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    return (error as ApiError).status;
  };
  expect(await refused(ask('gemini-2.5-flash;status=429'))).toBe(429);
  expect(await refused(ask('gemini-2.5-flash;end=hangup'))).toBe(502);
  expect(await refused(ask(model, clientOf(sdk.url, 'sk-wrong')))).toBe(401);
  expect(await refused(ask(model, clientOf(sdk.url, KEY, sdk.instead({ body: '{' }))))).toBe(400);
  expect(await refused(ask(model, clientOf(sdk.url, KEY, sdk.instead({ method: 'PUT' }))))).toBe(405);
});

test.each([true, false])('survives trailing metadata and stripped usage (stream: %s)', async (stream) => {
  const altered = clientOf(sdk.alteringUrl, 'sk-of-the-caller', sdk.overhear);
  const ask = async ({ models }: GoogleGenAI) =>
    stream
      ? all(await models.generateContentStream({ model, contents }))
      : [await models.generateContent({ model, contents })];
  const [plain, responses] = [await ask(client), await ask(altered)];
  expect(responses.map((response) => response.text)).toEqual(plain.map((response) => response.text));
  expect(responses.at(-1)?.usageMetadata).toEqual(plain.at(-1)?.usageMetadata);
  expect(await sdk.lastRow()).toMatchObject(stream ? streamed : whole);
  // Some of Google's clients fail at comments: its streams have none.
  if (stream) expect(await sdk.lastText()).not.toContain('weir {');
  else expect(sdk.lastResponse().headers.get('x-weir-status')).toBe('ok');
});

const clientOf = (baseUrl: string, apiKey: string, heard = sdk.fetch) =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl, fetch: heard } });
