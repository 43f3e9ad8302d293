// The Vercel AI SDK, with its providers for OpenAI's two APIs, Anthropic and Google.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { APICallError, generateText, jsonSchema, type LanguageModel, streamText, type ToolSet, tool } from 'ai';
import { PROVIDERS } from './sdk-vercel-ai-providers.ts';
import { KEY, openSdkWeir, type SdkWeir } from './sdk-weir.ts';

const prompt = 'What does a weir do?';
const tools: ToolSet = {
  weather: tool({ inputSchema: jsonSchema({ type: 'object', properties: { text: { type: 'string' } } }) }),
};
const usage = { inputTokens: 8, outputTokens: 6, totalTokens: 14 };

let sdk: SdkWeir;

beforeAll(async () => {
  sdk = await openSdkWeir();
});

afterAll(async () => {
  await sdk.close();
});

describe.each(PROVIDERS)('$name', (provider) => {
  const good = {
    status: 'ok',
    reason: null,
    dialect: provider.dialect,
    finish_reason: provider.finishReasons.text,
    usage_source: 'reported',
    input_tokens: 8,
    cached_input_tokens: 3,
    output_tokens: 6,
    total_tokens: 14,
  };
  const streamed = { ...good, endpoint: provider.endpoints.streamed, terminal_seen: provider.terminal, streamed: true };
  const whole = { ...good, endpoint: provider.endpoints.whole, terminal_seen: true, streamed: false };
  const scripted = `${provider.modelName};tokens=6,input=8,cached=3`;

  test('streams', async () => {
    const answer = await streamIt(named(scripted));
    expect(answer).toMatchObject({ finishReason: 'stop', usage, errors: [] });
    expect(answer.text.length).toBeGreaterThan(0);
    expect(await sdk.lastRow()).toMatchObject(streamed);
  });

  test('generates', async () => {
    const answer = await generateText({ model: named(scripted), prompt, maxRetries: 0 });
    expect(answer).toMatchObject({ finishReason: 'stop', usage });
    expect(answer.text.length).toBeGreaterThan(0);
    expect(await sdk.lastRow()).toMatchObject(whole);
  });

  test.each([true, false])('calls tools (stream: %s)', async (stream) => {
    const model = named(`${provider.modelName};tools,tokens=4`);
    const { toolCalls, finishReason } = stream
      ? await streamIt(model, { tools })
      : await generateText({ model, prompt, tools, maxRetries: 0 });
    expect(toolCalls).toMatchObject([{ toolName: 'weather', input: { text: expect.any(String) } }]);
    expect(finishReason).toBe('tool-calls');
    expect(await sdk.lastRow()).toMatchObject({ status: 'ok', finish_reason: provider.finishReasons.tools });
  });

  test.each(['error', 'reset', 'cut', 'no-finish'])('hears of it when a stream breaks (end=%s)', async (end) => {
    const { errors, finishReason } = await streamIt(named(`${provider.modelName};tokens=3,end=${end}`));
    expect(errors).toHaveLength(1);
    expect(finishReason).not.toBe('stop');
    expect(await sdk.lastRow()).toMatchObject({ status: 'error', finish_reason: null });
  });

  test('throws its own error class', async () => {
    const refused = async (by: LanguageModel) => {
      const error: unknown = await generateText({ model: by, prompt, maxRetries: 0 }).catch(
        (reason: unknown) => reason,
      );
      if (!APICallError.isInstance(error)) throw error;
      return { status: error.statusCode, message: error.message };
    };
    const model = (fetch: typeof globalThis.fetch, key = KEY) => provider.model({ url: sdk.url, key, fetch })(scripted);
    const says = (status: number, message: RegExp) => ({ status, message: expect.stringMatching(message) });
    expect(await refused(named(`${provider.modelName};status=429`))).toMatchObject({ status: 429 });
    expect(await refused(model(sdk.fetch, 'sk-wrong'))).toEqual(says(401, /key is missing or wrong/));
    expect(await refused(model(sdk.instead({ body: '{' })))).toEqual(says(400, /must be one JSON object/));
    expect(await refused(model(sdk.instead({ method: 'PUT' })))).toEqual(says(405, /takes POST only/));
  });

  test.each([true, false])('survives trailing metadata and stripped usage (stream: %s)', async (stream) => {
    const altered = provider.model({ url: sdk.alteringUrl, key: 'sk-of-the-caller', fetch: sdk.overhear });
    const ask = (by: LanguageModel) => (stream ? streamIt(by) : generateText({ model: by, prompt, maxRetries: 0 }));
    const [plain, answer] = [await ask(named(scripted)), await ask(altered(scripted))];
    expect(answer.text).toBe(plain.text);
    expect(answer.finishReason).toBe('stop');
    if (provider.keepsUsage || !stream) expect(answer.usage).toEqual(plain.usage);
    if ('errors' in answer) expect(answer.errors).toEqual([]);
    expect(await sdk.lastRow()).toMatchObject(stream ? streamed : whole);
    expect((await sdk.lastText()).includes(': weir {')).toBe(stream && provider.comments);
  });

  const named = (name: string) => provider.model({ url: sdk.url, key: KEY, fetch: sdk.fetch })(name);
});

async function streamIt(model: LanguageModel, offered: { tools?: ToolSet } = {}) {
  const errors: unknown[] = [];
  const onError = ({ error }: { error: unknown }) => void errors.push(error);
  const result = streamText({ model, prompt, ...offered, maxRetries: 0, onError });
  await result.consumeStream();
  const [text, finishReason] = await Promise.all([result.text, result.finishReason]);
  return { text, finishReason, usage: await result.usage, toolCalls: await result.toolCalls, errors };
}
