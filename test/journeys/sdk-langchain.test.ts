// LangChain JS: ChatOpenAI on chat completions and on the Responses API, and OpenAIEmbeddings.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AIMessageChunk } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { all, KEY, openSdkWeir, type SdkWeir } from './sdk-weir.ts';

const APIS = [
  { dialect: 'openai-chat', endpoint: '/v1/chat/completions', finished: 'stop', called: 'tool_calls' },
  { dialect: 'openai-responses', endpoint: '/v1/responses', finished: 'completed', called: 'completed' },
];

const prompt = 'What does a weir do?';
const scripted = 'gpt-4o;tokens=6,input=8,cached=3,reasoning=2';
const weather = {
  type: 'function' as const,
  function: { name: 'weather', parameters: { type: 'object', properties: { text: { type: 'string' } } } },
};
const usage = { input_tokens: 8, output_tokens: 8, total_tokens: 16, input_token_details: { cache_read: 3 } };

let sdk: SdkWeir;

beforeAll(async () => {
  process.env['LANGCHAIN_TRACING_V2'] = 'false';
  process.env['LANGSMITH_TRACING'] = 'false';
  sdk = await openSdkWeir();
});

afterAll(async () => {
  await sdk.close();
});

describe.each(APIS)('$dialect', ({ dialect, endpoint, finished, called }) => {
  const good = {
    status: 'ok',
    reason: null,
    dialect,
    endpoint,
    terminal_seen: true,
    finish_reason: finished,
    model: 'gpt-4o',
    usage_source: 'reported',
    input_tokens: 8,
    cached_input_tokens: 3,
    output_tokens: 8,
    reasoning_tokens: 2,
    total_tokens: 16,
  };

  test('streams', async () => {
    const message = await streamIt(chatOf(scripted));
    expect(message.text.length).toBeGreaterThan(0);
    expect(message.usage_metadata).toMatchObject(usage);
    expect(await sdk.lastRow()).toMatchObject({ ...good, streamed: true });
  });

  test('invokes', async () => {
    const message = await chatOf(scripted).invoke(prompt);
    expect(message.text.length).toBeGreaterThan(0);
    expect(message.usage_metadata).toMatchObject(usage);
    expect(await sdk.lastRow()).toMatchObject({ ...good, streamed: false });
  });

  test.each([true, false])('calls tools (stream: %s)', async (stream) => {
    const tooled = chatOf('gpt-4o;tools,tokens=4').bindTools([weather]);
    const { tool_calls } = stream ? await streamIt(tooled) : await tooled.invoke(prompt);
    expect(tool_calls).toMatchObject([{ name: 'weather', args: { text: expect.any(String) } }]);
    expect(await sdk.lastRow()).toMatchObject({ status: 'ok', finish_reason: called, streamed: stream });
  });

  test.each(['error', 'reset', 'cut', 'no-finish'])('throws when a stream breaks (end=%s)', async (end) => {
    await expect(streamIt(chatOf(`gpt-4o;tokens=3,end=${end}`))).rejects.toBeInstanceOf(Error);
    expect(await sdk.lastRow()).toMatchObject({ status: 'error', finish_reason: null });
  });

  test('throws what its API’s own client throws', async () => {
    const ask = (of: Connection) => chatOf(scripted, of).invoke(prompt);
    await expect(ask({ apiKey: 'sk-wrong' })).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    await expect(ask({ fetch: sdk.instead({ body: '{' }) })).rejects.toMatchObject({
      status: 400,
      code: 'invalid_body',
    });
    await expect(ask({ fetch: sdk.instead({ method: 'PUT' }) })).rejects.toMatchObject({ status: 405 });
  });

  test.each([true, false])('survives trailing metadata and stripped usage (stream: %s)', async (stream) => {
    const altered = chatOf(scripted, { url: sdk.alteringUrl, apiKey: 'sk-of-the-caller', fetch: sdk.overhear });
    const ask = (by: ChatOpenAI) => (stream ? streamIt(by) : by.invoke(prompt));
    const [plain, message] = [await ask(chatOf(scripted)), await ask(altered)];
    expect(message.text).toBe(plain.text);
    const stripped = stream && dialect === 'openai-chat';
    expect(message.usage_metadata).toEqual(stripped ? undefined : plain.usage_metadata);
    expect(await sdk.lastRow()).toMatchObject(good);
    expect((await sdk.lastText()).includes(': weir {')).toBe(stream);
  });

  function chatOf(model: string, { url = sdk.url, apiKey = KEY, fetch = sdk.fetch }: Connection = {}): ChatOpenAI {
    const configuration = { baseURL: `${url}/v1`, fetch };
    return new ChatOpenAI({
      model,
      apiKey,
      configuration,
      maxRetries: 0,
      useResponsesApi: dialect === 'openai-responses',
    });
  }
});

test('embeds', async () => {
  const embeddings = new OpenAIEmbeddings({
    model: 'text-embedding-3-small;input=8',
    dimensions: 4,
    apiKey: KEY,
    configuration: { baseURL: `${sdk.url}/v1`, fetch: sdk.fetch },
    maxRetries: 0,
  });
  const vectors = await embeddings.embedDocuments(['a weir', 'a dam']);
  expect(vectors.map((vector) => vector.length)).toEqual([4, 4]);
  const row = { status: 'ok', dialect: 'openai-embeddings', input_tokens: 8, total_tokens: 8, terminal_seen: true };
  expect(await sdk.lastRow()).toMatchObject(row);
});

interface Connection {
  readonly url?: string;
  readonly apiKey?: string;
  readonly fetch?: typeof globalThis.fetch;
}

interface Streamable {
  stream(prompt: string): Promise<AsyncIterable<AIMessageChunk>>;
}

const streamIt = async (by: Streamable): Promise<AIMessageChunk> =>
  (await all(await by.stream(prompt))).reduce((whole, chunk) => whole.concat(chunk));
