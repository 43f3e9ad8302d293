// What the simulator answers without a stream, in every API but chat, and what it remembers of the asking.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ended } from '../support/raw-http.ts';
import { type Simulator, startSimulator } from './simulator-client.ts';

const HTML = '<!doctype html><html><head><title>Bad Gateway</title></head><body>Bad Gateway</body></html>\n';
const prompt = 'What is a weir?';
const messages = [{ role: 'user', content: prompt }];
const contents = [{ role: 'user', parts: [{ text: prompt }] }];

interface Asked {
  readonly name: string;
  readonly path: (model: string) => string;
  readonly body: object;
  /** What a good answer of two tokens holds. */
  readonly good: object;
}

const ASKED: readonly Asked[] = [
  {
    name: 'Completions',
    path: () => '/v1/completions',
    body: { prompt },
    good: { object: 'text_completion', choices: [{ text: 'A weir', finish_reason: 'stop' }] },
  },
  {
    name: 'Responses',
    path: () => '/v1/responses',
    body: { input: prompt },
    good: { object: 'response', status: 'completed', output: [{ content: [{ text: 'A weir' }] }] },
  },
  {
    name: 'Embeddings',
    path: () => '/v1/embeddings',
    body: { input: prompt, stream: true },
    good: { object: 'list', data: [{ object: 'embedding', index: 0 }], usage: { prompt_tokens: 5, total_tokens: 5 } },
  },
  {
    name: 'Messages',
    path: () => '/v1/messages',
    body: { messages, max_tokens: 9 },
    good: { type: 'message', content: [{ type: 'text', text: 'A weir' }], stop_reason: 'end_turn' },
  },
  {
    name: 'Token counts',
    path: () => '/v1/messages/count_tokens',
    body: { messages },
    good: { input_tokens: 12 },
  },
  {
    name: 'Gemini',
    path: (model) => `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
    body: { contents },
    good: { candidates: [{ content: { parts: [{ text: 'A weir' }] }, finishReason: 'STOP' }], modelVersion: 'sim' },
  },
];

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

beforeEach(async () => {
  await simulator.forgetRequests();
});

afterAll(() => simulator.stop());

describe.each(ASKED)('$name', ({ path, body, good }) => {
  const ask = (model: string, leaveAt?: string) =>
    simulator.askAt(path(model), { model, ...body }, leaveAt === undefined ? {} : { leaveAt });

  test('done', async () => {
    const answer = await ask('sim:tokens=2');
    expect(answer.head).toMatch(/^HTTP\/1.1 200 OK\r\ncontent-type: application\/json\r\n/);
    expect(answer.head).toContain(`content-length: ${answer.body.length}\r\n`);
    expect(JSON.parse(answer.text)).toMatchObject(good);
    expect(await simulator.requestThatEnded()).toMatchObject({ model: 'sim:tokens=2', stream: false, sentFrames: 0 });
  });

  test.each<[end: string, connection: Ended]>([
    ['cut', 'closed'],
    ['reset', 'reset'],
  ])('%s', async (end, connection) => {
    const answer = await ask(`sim:end=${end}`);
    const told = Number(/content-length: (\d+)/.exec(answer.head)?.[1]);
    expect(answer.body).toHaveLength(Math.floor(told / 2));
    expect(answer.ended).toBe(connection);
  });

  test('silent', async () => {
    await ask('sim:end=silent', '{');
    expect(await simulator.requestThatEnded()).toMatchObject({ sawClose: true });
  });

  test('garbage, error-200, status and hangup', async () => {
    expect(await ask('sim:end=garbage')).toMatchObject({ text: HTML, ended: 'complete' });
    expect(JSON.parse((await ask('sim:end=error-200')).text)).toHaveProperty('error');
    expect((await ask('sim:status=503')).head).toMatch(/^HTTP\/1.1 503 /);
    expect(await ask('sim:end=hangup')).toMatchObject({ head: '', ended: 'closed' });
  });

  test('an ending of streams is refused', async () => {
    const answer = await ask('sim:end=no-finish');
    expect(answer.head).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(answer.text).error.message).toContain('end=no-finish is an ending of streams: ');
  });
});

test('a response can fail', async () => {
  const { text } = await simulator.askAt('/v1/responses', { model: 'sim:end=failed', input: prompt });
  expect(JSON.parse(text)).toMatchObject({
    status: 'failed',
    error: { code: 'server_error' },
    usage: null,
    output: [],
  });
});

test('where there are no tokens, time is what the script says it is', async () => {
  const began = performance.now();
  await simulator.askAt('/v1/embeddings', { model: 'sim:every=10000', input: prompt });
  expect(performance.now() - began).toBeLessThan(5000);
  await simulator.askAt('/v1/embeddings', { model: 'sim:tokens=3,every=20,first=10', input: prompt });
  expect(performance.now() - began).toBeGreaterThanOrEqual(68);
});

describe('what it was asked', () => {
  test('is told without the prompt and without any key, wherever that was', async () => {
    const headers = 'x-goog-api-key: AIza-secret\r\nx-api-key: sk-ant-secret\r\n';
    const body = { contents, systemInstruction: { parts: [{ text: 'secret' }] }, generationConfig: { topK: 1 } };
    const path = '/v1beta/models/gemini-x;tokens=1:streamGenerateContent?alt=sse&key=AIza-secret';
    await simulator.askAt(path, body, { headers });
    const request = await simulator.requestThatEnded();
    const fingerprint = expect.stringMatching(/^sha256:[0-9a-f]{12}$/);
    expect(request).toMatchObject({
      model: 'gemini-x;tokens=1',
      stream: true,
      authorization: false,
      headers: { 'x-goog-api-key': fingerprint, 'x-api-key': fingerprint },
      body: { generationConfig: { topK: 1 }, messageCount: 1 },
      sentFrames: 2,
    });
    expect(request.url).toMatch(/:streamGenerateContent\?alt=sse&key=sha256:[0-9a-f]{12}$/);
    expect(JSON.stringify(request)).not.toMatch(/secret|What is a weir/);
  });

  test('in Anthropic’s API is named by a header of its own', async () => {
    const answer = await simulator.askAt('/v1/messages', { model: 'sim:tokens=1', messages });
    expect(answer.head).toContain(`\r\nrequest-id: ${(await simulator.requestThatEnded()).id}\r\n`);
  });
});

describe('what it does not understand', () => {
  test.each([
    ['/v1/completions', '{"model":"sim"}', 'prompt'],
    ['/v1/completions', '{"model":"","prompt":"x"}', 'model'],
    ['/v1/responses', '{"model":"sim"}', 'input'],
    ['/v1/embeddings', '{"model":"sim"}', 'input'],
    ['/v1/messages', '{"model":"sim"}', 'messages'],
    ['/v1/messages/count_tokens', '{"messages":[]}', 'model'],
    ['/v1beta/models/sim:generateContent', '{}', 'contents'],
    ['/v1beta/models/%E0%A4%A:generateContent', '{"contents":[]}', 'model'],
    ['/v1beta/models/sim:generateContent', '[]', 'not a JSON object'],
  ])('%s %s is answered with 400', async (path, body, message) => {
    const answer = await fetch(new URL(path, simulator.url), { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining(message) } });
  });

  test.each([
    ['/v1/messages/batches', { type: 'error', error: { type: 'not_found_error' } }],
    ['/v1beta/nowhere', { error: { code: 404, status: 'NOT_FOUND' } }],
    ['/v1/responses/resp_unknown', { error: { code: 'not_found' } }],
  ])('%s is not there, in the shape of its API', async (path, error) => {
    const answer = await fetch(new URL(path, simulator.url));
    expect([answer.status, await answer.json()]).toMatchObject([404, error]);
  });
});

test('Google’s list of models can be asked', async () => {
  const answer = await fetch(new URL('/v1beta/models', simulator.url));
  const { models } = (await answer.json()) as { models: { name: string }[] };
  expect(models).not.toEqual([]);
  for (const { name } of models) expect(name).toMatch(/^models\//);
});
