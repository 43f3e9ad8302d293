// The official OpenAI SDK on the Responses API.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import { all, KEY, openSdkWeir, type SdkWeir } from './sdk-weir.ts';

const input = 'What does a weir do?';
const model = 'gpt-4o;tokens=6,input=8,cached=3,reasoning=2';
const weather = {
  type: 'function' as const,
  name: 'weather',
  parameters: { type: 'object', properties: { text: { type: 'string' } } },
  strict: false,
};
const usage = { input_tokens: 8, output_tokens: 8, total_tokens: 16, output_tokens_details: { reasoning_tokens: 2 } };
const good = {
  status: 'ok',
  reason: null,
  dialect: 'openai-responses',
  endpoint: '/v1/responses',
  terminal_seen: true,
  finish_reason: 'completed',
  model: 'gpt-4o',
  usage_source: 'reported',
  input_tokens: 8,
  cached_input_tokens: 3,
  output_tokens: 8,
  reasoning_tokens: 2,
  total_tokens: 16,
};

let sdk: SdkWeir;
let client: OpenAI;

beforeAll(async () => {
  sdk = await openSdkWeir();
  client = clientOf(sdk.url, KEY);
});

afterAll(async () => {
  await sdk.close();
});

test('streams', async () => {
  const events = await all(await client.responses.create({ model, input, stream: true }));
  expect(events.some((event) => event.type === 'response.output_text.delta')).toBe(true);
  expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { usage } });
  expect(await sdk.lastRow()).toMatchObject({ ...good, streamed: true });
});

test('streams through its helper', async () => {
  const response = await client.responses.stream({ model, input }).finalResponse();
  expect(response).toMatchObject({ status: 'completed', usage });
  expect(response.output_text.length).toBeGreaterThan(0);
  expect(await sdk.lastRow()).toMatchObject({ ...good, upstream_id: response.id });
});

test('asks without a stream', async () => {
  const response = await client.responses.create({ model, input });
  expect(response).toMatchObject({ status: 'completed', usage });
  expect(await sdk.lastRow()).toMatchObject({ ...good, streamed: false, upstream_id: response.id });
});

test.each([true, false])('calls tools (stream: %s)', async (stream) => {
  const asked = { model: 'gpt-4o;tools,tokens=4', input, tools: [weather] };
  const response = stream ? await client.responses.stream(asked).finalResponse() : await client.responses.create(asked);
  const [call] = response.output;
  expect(call).toMatchObject({ type: 'function_call', name: 'weather', status: 'completed' });
  expect(JSON.parse(call?.type === 'function_call' ? call.arguments : '')).toHaveProperty('text');
  expect(await sdk.lastRow()).toMatchObject({ status: 'ok', finish_reason: 'completed', streamed: stream });
});

test.each([true, false])('is cut short by the provider (stream: %s)', async (stream) => {
  const asked = { model: 'gpt-4o;reason=max_output_tokens', input };
  const response = stream ? await client.responses.stream(asked).finalResponse() : await client.responses.create(asked);
  expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  expect(await sdk.lastRow()).toMatchObject({ status: 'ok', finish_reason: 'max_output_tokens', terminal_seen: true });
});

test.each(['done', 'done-hang'])('hangs up right after the end, as agents do: the row is ok (end=%s)', async (end) => {
  const stream = await client.responses.create({ model: `${model},end=${end}`, input, stream: true });
  for await (const event of stream) if (event.type === 'response.completed') break;
  expect(await sdk.lastRow()).toMatchObject(good);
});

test('leaves in mid-stream: the row says so, and holds the usage', async () => {
  // By time, not by length: the last frames hold the whole text again.
  const stream = await client.responses.create({ model: 'gpt-4o;tokens=60,every=50', input, stream: true });
  for await (const event of stream) if (event.type === 'response.output_text.delta') break;
  const row = { status: 'aborted', reason: 'client_disconnected', drained: true, output_tokens: 60 };
  expect(await sdk.lastRow()).toMatchObject(row);
});

test('streams a stored response again from where it was: a row without a price', async () => {
  const first = await all(await client.responses.create({ model, input, stream: true }));
  const created = first[0];
  if (created?.type !== 'response.created') throw new Error('the stream did not begin with response.created');
  const again = await all(await client.responses.retrieve(created.response.id, { stream: true, starting_after: 3 }));
  expect(again).toEqual(first.slice(4));
  expect(await sdk.lastRow()).toMatchObject({
    ...good,
    endpoint: '/v1/responses/{id}',
    upstream_id: created.response.id,
    tags: { replay: 'true' },
    cost: null,
  });
});

test('retrieves a stored response as it is: no row', async () => {
  const { id } = await client.responses.create({ model, input });
  expect(await client.responses.retrieve(id)).toMatchObject({ id, usage });
  const retrieved = sdk.lastResponse().headers.get('x-weir-request-id');
  await client.responses.create({ model, input });
  await sdk.lastRow();
  expect((await sdk.rows.all()).map((row) => row['id'])).not.toContain(retrieved);
});

test.each(['error', 'error-event', 'reset', 'cut', 'no-finish'])(
  'throws when a stream breaks (end=%s)',
  async (end) => {
    const asked = { model: `gpt-4o;tokens=3,end=${end}`, input };
    await expect(client.responses.create({ ...asked, stream: true }).then(all)).rejects.toBeInstanceOf(OpenAI.APIError);
    expect(await sdk.lastRow()).toMatchObject({ status: 'error', terminal_seen: false });
    await expect(client.responses.stream(asked).finalResponse()).rejects.toBeInstanceOf(OpenAI.APIError);
  },
);

test('throws its own error classes', async () => {
  const ask = (wanted: string, by = client) => by.responses.create({ model: wanted, input });
  await expect(ask('sim:status=429')).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  await expect(ask('sim:end=hangup')).rejects.toMatchObject({ status: 502, code: 'upstream_reset' });
  await expect(ask(model, clientOf(sdk.url, 'sk-wrong'))).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  await expect(ask('')).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  const unreadable = clientOf(sdk.url, KEY, sdk.instead({ body: '{' }));
  await expect(ask(model, unreadable)).rejects.toMatchObject({ status: 400, code: 'invalid_body' });
  await expect(client.put('/responses')).rejects.toMatchObject({ status: 405, code: 'method_not_allowed' });
});

test.each([true, false])('survives trailing metadata and stripped usage (stream: %s)', async (stream) => {
  const altered = clientOf(sdk.alteringUrl, 'sk-of-the-caller', sdk.overhear);
  const ask = (by: OpenAI) =>
    stream ? by.responses.stream({ model, input }).finalResponse() : by.responses.create({ model, input });
  const [plain, response] = [await ask(client), await ask(altered)];
  expect(response.output_text).toBe(plain.output_text);
  expect(response.usage).toEqual(plain.usage);
  expect(await sdk.lastRow()).toMatchObject(good);
  if (stream) expect(await sdk.lastText()).toContain(': weir {');
  else expect(sdk.lastResponse().headers.get('x-weir-status')).toBe('ok');
});

const clientOf = (url: string, apiKey: string, heard = sdk.fetch) =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0, fetch: heard });
