// The official Anthropic SDK.
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { all, KEY, LONG, openSdkWeir, type SdkWeir } from './sdk-weir.ts';

const model = 'claude-sonnet-4-5;tokens=6,input=8,cached=3,cache-write=2';
const messages = [{ role: 'user' as const, content: 'What does a weir do?' }];
const asked = { model, messages, max_tokens: 100 };
const weather = {
  name: 'weather',
  input_schema: { type: 'object' as const, properties: { text: { type: 'string' } } },
};
const usage = { input_tokens: 3, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 6 };
const good = {
  status: 'ok',
  reason: null,
  dialect: 'anthropic-messages',
  endpoint: '/v1/messages',
  terminal_seen: true,
  finish_reason: 'end_turn',
  model: 'claude-sonnet-4-5',
  usage_source: 'reported',
  input_tokens: 8,
  cached_input_tokens: 3,
  cache_write_tokens: 2,
  output_tokens: 6,
  total_tokens: 14,
};

let sdk: SdkWeir;
let client: Anthropic;

beforeAll(async () => {
  sdk = await openSdkWeir();
  client = clientOf(sdk.url, KEY);
});

afterAll(async () => {
  await sdk.close();
});

test('streams', async () => {
  const events = await all(await client.messages.create({ ...asked, stream: true }));
  expect(events.map((event) => event.type)).toEqual([
    'message_start',
    'content_block_start',
    ...Array(6).fill('content_block_delta'),
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  expect(await sdk.lastRow()).toMatchObject({ ...good, streamed: true });
});

test.each(['both', 'split', 'late'])('streams through its helper (usage=%s)', async (place) => {
  const message = await client.messages.stream({ ...asked, model: `${model},usage=${place}` }).finalMessage();
  expect(message).toMatchObject({ stop_reason: 'end_turn', usage });
  expect(await sdk.lastRow()).toMatchObject({ ...good, upstream_id: message.id });
});

test('asks without a stream', async () => {
  const message = await client.messages.create(asked);
  expect(message).toMatchObject({ stop_reason: 'end_turn', usage });
  expect(await sdk.lastRow()).toMatchObject({ ...good, streamed: false, upstream_id: message.id });
});

test.each([true, false])('calls tools (stream: %s)', async (stream) => {
  const tooled = { ...asked, model: 'claude-sonnet-4-5;tools,tokens=4', tools: [weather] };
  const message = stream ? await client.messages.stream(tooled).finalMessage() : await client.messages.create(tooled);
  const use = { type: 'tool_use', name: 'weather', input: { text: expect.any(String) } };
  expect(message).toMatchObject({ stop_reason: 'tool_use', content: [use] });
  expect(await sdk.lastRow()).toMatchObject({ status: 'ok', finish_reason: 'tool_use', terminal_seen: true });
});

test('counts tokens, and lists the models: no rows', async () => {
  expect(await client.messages.countTokens({ model: 'claude-sonnet-4-5;input=8', messages })).toEqual({
    input_tokens: 8,
  });
  const counted = sdk.lastResponse().headers.get('x-weir-request-id');
  expect((await client.models.list()).data.length).toBeGreaterThan(0);
  const listed = sdk.lastResponse().headers.get('x-weir-request-id');
  await client.messages.create(asked);
  await sdk.lastRow();
  const ids = (await sdk.rows.all()).map((row) => row['id']);
  expect(ids).not.toContain(counted);
  expect(ids).not.toContain(listed);
});

test('hangs up right after the end: the row is ok', async () => {
  const stream = await client.messages.create({ ...asked, model: `${model},end=done-hang`, stream: true });
  for await (const event of stream) if (event.type === 'message_stop') break;
  expect(await sdk.lastRow()).toMatchObject(good);
});

test('leaves in mid-stream: the row says so, and holds the usage', async () => {
  const stream = await client.messages.create({ ...asked, model: `claude-sonnet-4-5;${LONG.script}`, stream: true });
  for await (const event of stream) if (event.type === 'content_block_delta') break;
  const row = { status: 'aborted', reason: 'client_disconnected', drained: true, output_tokens: LONG.tokens };
  expect(await sdk.lastRow()).toMatchObject(row);
});

test.each(['error', 'reset', 'cut', 'no-finish'])('throws when a stream breaks (end=%s)', async (end) => {
  const breaking = { ...asked, model: `claude-sonnet-4-5;tokens=3,end=${end}` };
  const stream = client.messages.create({ ...breaking, stream: true });
  await expect(stream.then(all)).rejects.toBeInstanceOf(Anthropic.APIError);
  expect(await sdk.lastRow()).toMatchObject({ status: 'error', terminal_seen: false, finish_reason: null });
  await expect(client.messages.stream(breaking).finalMessage()).rejects.toBeInstanceOf(Anthropic.APIError);
});

test('throws its own error classes', async () => {
  const ask = (wanted: string, by = client) => by.messages.create({ ...asked, model: wanted });
  await expect(ask('sim:status=429')).rejects.toBeInstanceOf(Anthropic.RateLimitError);
  await expect(ask('sim:end=hangup')).rejects.toMatchObject({ status: 502, type: 'api_error' });
  await expect(ask(model, clientOf(sdk.url, 'sk-wrong'))).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
  await expect(ask('')).rejects.toBeInstanceOf(Anthropic.BadRequestError);
  await expect(ask('')).rejects.toMatchObject({ type: 'invalid_request_error' });
  const unreadable = clientOf(sdk.url, KEY, sdk.instead({ body: '{' }));
  await expect(ask(model, unreadable)).rejects.toBeInstanceOf(Anthropic.BadRequestError);
  await expect(client.get('/v1/messages')).rejects.toMatchObject({ status: 405, type: 'invalid_request_error' });
});

test.each([true, false])('survives trailing metadata and stripped usage (stream: %s)', async (stream) => {
  const altered = clientOf(sdk.alteringUrl, 'sk-of-the-caller', sdk.overhear);
  const ask = (by: Anthropic) => (stream ? by.messages.stream(asked).finalMessage() : by.messages.create(asked));
  const [plain, message] = [await ask(client), await ask(altered)];
  expect(message.content).toEqual(plain.content);
  expect(message.usage).toEqual(plain.usage);
  expect(await sdk.lastRow()).toMatchObject(good);
  if (stream) expect(await sdk.lastText()).toContain(': weir {');
  else expect(sdk.lastResponse().headers.get('x-weir-status')).toBe('ok');
});

const clientOf = (url: string, apiKey: string, heard = sdk.fetch) =>
  new Anthropic({ baseURL: url, apiKey, maxRetries: 0, fetch: heard });
