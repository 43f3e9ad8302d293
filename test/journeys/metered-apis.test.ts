// Every metered call besides chat: what it asks for reaches the provider that its model belongs to, and its row has what was
// counted, in tokens or in something else.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';

const KEY = { 'x-weir-key': 'weir-key' };
const JSON_TYPE = { 'content-type': 'application/json' };
const VERTEX = '/projects/p-1/locations/global/publishers';
const WORDS = { prompt: 'p', input: 'four', messages: [], contents: [], content: {}, requests: [{}, {}] };

interface Case {
  readonly what: string;
  readonly path: string;
  /** Behind the upstream's version segment. */
  readonly upstreamPath?: string;
  readonly body: (model: string) => object | FormData;
  readonly row: object;
  /** Where the path has it. */
  readonly modelInPath?: true;
  readonly stream?: true;
}

const json =
  (more: object = {}) =>
  (model: string) => ({ model, ...WORDS, ...more });

const form =
  (more: Record<string, string> = {}) =>
  (model: string): FormData => {
    const parts = new FormData();
    parts.append('file', new Blob(['RIFF model \r\n--x\r\n'], { type: 'audio/wav' }), 'a.wav');
    for (const [name, value] of Object.entries({ model, ...more })) parts.append(name, value);
    return parts;
  };

const tokens = (dialect: string, more: object = {}) => ({
  dialect,
  status: 'ok',
  usage_source: 'reported',
  input_tokens: 7,
  ...more,
});

const CASES: readonly Case[] = [
  { what: 'compaction', path: '/v1/responses/compact', body: json(), row: tokens('openai-responses') },
  {
    what: 'images',
    path: '/v1/images/generations',
    body: json({ n: 2 }),
    row: tokens('openai-images', { units: { images: 2 } }),
  },
  {
    what: 'images, streamed',
    path: '/v1/images/generations',
    body: json({ stream: true }),
    row: tokens('openai-images', { units: { images: 1 }, streamed: true, terminal_seen: true }),
    stream: true,
  },
  {
    what: 'edited images',
    path: '/v1/images/edits',
    body: form(),
    row: tokens('openai-images', { units: { images: 1 } }),
  },
  {
    what: 'edited images, streamed',
    path: '/v1/images/edits',
    body: form({ stream: 'true' }),
    row: tokens('openai-images', { units: { images: 1 }, streamed: true }),
    stream: true,
  },
  {
    what: 'variations',
    path: '/v1/images/variations',
    body: form({ n: '3' }),
    row: tokens('openai-images', { units: { images: 3 } }),
  },
  {
    what: 'transcriptions',
    path: '/v1/audio/transcriptions',
    body: form(),
    row: tokens('openai-transcriptions', { units: null }),
  },
  {
    what: 'transcriptions, streamed',
    path: '/v1/audio/transcriptions',
    body: form({ stream: 'true' }),
    row: tokens('openai-transcriptions', { streamed: true, terminal_seen: true }),
    stream: true,
  },
  { what: 'translations', path: '/v1/audio/translations', body: form(), row: tokens('openai-transcriptions') },
  {
    what: 'speech as bytes',
    path: '/v1/audio/speech',
    body: json(),
    row: {
      dialect: 'openai-speech',
      status: 'ok',
      usage_source: 'reported',
      units: { characters: 4 },
      streamed: false,
    },
  },
  {
    what: 'speech as events',
    path: '/v1/audio/speech',
    body: json({ stream_format: 'sse' }),
    row: tokens('openai-speech', { units: { characters: 4 }, streamed: true }),
    stream: true,
  },
  {
    what: 'Gemini’s embedding',
    path: '/v1beta/models/{model}:embedContent',
    body: json(),
    row: tokens('gemini-embeddings', { output_tokens: 0 }),
    modelInPath: true,
  },
  {
    what: 'Gemini’s embeddings',
    path: '/v1beta/models/{model}:batchEmbedContents',
    body: json(),
    row: tokens('gemini-embeddings'),
    modelInPath: true,
  },
  {
    what: 'Gemini on Vertex',
    path: `/v1${VERTEX}/google/models/{model}:generateContent`,
    body: json(),
    row: tokens('gemini'),
    modelInPath: true,
  },
  {
    what: 'Gemini on Vertex, in beta, streamed',
    path: `/v1beta1${VERTEX}/google/models/{model}:streamGenerateContent?alt=sse`,
    body: json(),
    row: tokens('gemini', { streamed: true }),
    modelInPath: true,
    stream: true,
  },
  {
    what: 'Gemini’s embedding on Vertex',
    path: `/v1beta1${VERTEX}/google/models/{model}:embedContent`,
    body: json(),
    row: tokens('gemini-embeddings'),
    modelInPath: true,
  },
  {
    what: 'Anthropic on Vertex',
    path: `/v1${VERTEX}/anthropic/models/{model}:rawPredict`,
    body: json(),
    row: tokens('anthropic-messages', { streamed: false }),
    modelInPath: true,
  },
  {
    what: 'Anthropic on Vertex, streamed',
    path: `/v1${VERTEX}/anthropic/models/{model}:streamRawPredict`,
    body: json({ stream: true }),
    row: tokens('anthropic-messages', { streamed: true, terminal_seen: true }),
    modelInPath: true,
    stream: true,
  },
  {
    what: 'Azure',
    path: '/openai/deployments/{model}/chat/completions?api-version=2026-01-01',
    upstreamPath: '/deployments/{model}/chat/completions?api-version=2026-01-01',
    body: () => WORDS,
    row: tokens('openai-chat'),
    modelInPath: true,
  },
  {
    what: 'Azure, streamed',
    path: '/openai/deployments/{model}/chat/completions?api-version=2026-01-01',
    upstreamPath: '/deployments/{model}/chat/completions?api-version=2026-01-01',
    body: () => ({ ...WORDS, stream: true }),
    row: tokens('openai-chat', { streamed: true }),
    modelInPath: true,
    stream: true,
  },
  {
    what: 'Azure’s transcriptions',
    path: '/openai/deployments/{model}/audio/transcriptions?api-version=2026-01-01',
    upstreamPath: '/deployments/{model}/audio/transcriptions?api-version=2026-01-01',
    body: form(),
    row: tokens('openai-transcriptions'),
    modelInPath: true,
  },
  {
    what: 'Azure’s newer API',
    path: '/openai/v1/responses',
    upstreamPath: '/responses',
    body: json(),
    row: tokens('openai-responses'),
  },
  {
    what: 'Azure’s responses',
    path: '/openai/responses?api-version=2026-01-01',
    upstreamPath: '/responses?api-version=2026-01-01',
    body: json(),
    row: tokens('openai-responses'),
  },
  {
    what: 'Google’s OpenAI API',
    path: '/v1beta/openai/chat/completions',
    upstreamPath: '/openai/chat/completions',
    body: json(),
    row: tokens('openai-chat'),
  },
  {
    what: 'Google’s OpenAI API: images',
    path: '/v1beta/openai/images/generations',
    upstreamPath: '/openai/images/generations',
    body: json(),
    row: tokens('openai-images'),
  },
];

const MODEL = 'sim:tokens=3,every=1,input=7';

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let gateway: Gateway;
  let directory: string;

  beforeAll(async () => {
    [weir, provider] = await Promise.all([openWeir(queueOn), startProvider()]);
    directory = await mkdtemp(join(tmpdir(), 'weir-metered-'));
    const config = join(directory, 'weir.yaml');
    await writeFile(
      config,
      `upstreams: { other: { url: "${provider.url}", api_key: sk-of-ours }, simulated: { url: "${weir.upstreamUrl}" } }
models: [{ match: "sim:*", upstream: simulated }, { match: "*", upstream: other }]`,
    );
    gateway = await weir.startGateway({ WEIR_CONFIG: config, GATEWAY_KEYS: 'weir-key' });
  });

  afterAll(async () => {
    await provider.close();
    await weir.close();
    await rm(directory, { recursive: true });
  });

  describe.each(CASES)('$what', ({ path, upstreamPath, body, row, modelInPath, stream }) => {
    test('is relayed whole, and its row has what was counted', async () => {
      const asked = modelInPath ? path.replace('{model}', encodeURIComponent(MODEL)) : path;
      const { answer, text } = await ask(asked, body(MODEL));
      expect([answer.status, text.length > 0]).toEqual([200, true]);
      expect(answer.headers.get('content-type')?.startsWith('text/event-stream')).toBe(stream === true);
      expect(await rowOf(answer)).toMatchObject({
        ...row,
        upstream: 'simulated',
        model_requested: MODEL,
        http_status: 200,
      });
    });

    test('goes to the provider of its model, with the body as it came', async () => {
      provider.answer({ status: 429, pieces: ['{"error":{}}'], headers: JSON_TYPE });
      const asked = modelInPath ? path.replace('{model}', 'm-1') : path;
      const { answer } = await ask(asked, body('m-1'));
      const seen = provider.asked.at(-1);
      const tail = (upstreamPath ?? path.replace(/^\/v1(?:beta1?)?/, '')).replace('{model}', 'm-1');
      expect(seen).toMatchObject({ method: 'POST', url: `/v1${tail}` });
      expect(JSON.stringify(seen?.headers)).toContain('sk-of-ours');
      const failed = { status: 'error', reason: 'upstream_status', upstream: 'other', model_requested: 'm-1' };
      expect(await rowOf(answer)).toMatchObject({ ...failed, usage_source: 'none', units: null, cost: null });
    });
  });

  test('what was heard is counted in seconds where the provider does', async () => {
    const { answer } = await ask('/v1/audio/transcriptions', form()('sim:tokens=3,every=1,usage=seconds'));
    expect(await rowOf(answer)).toMatchObject({ usage_source: 'reported', units: { seconds: 12.4 }, total_tokens: 0 });
  });

  test('images are counted where nothing else is', async () => {
    const { answer } = await ask('/v1/images/generations', json({ n: 2 })('sim:every=1,usage=never'));
    expect(await rowOf(answer)).toMatchObject({ status: 'ok', units: { images: 2 }, total_tokens: 0 });
  });

  test('subtitles come as they are, and say nothing of usage', async () => {
    provider.answer({ pieces: ['1\n00:00 --> 00:01\nA weir.\n'], headers: { 'content-type': 'text/plain' } });
    const { answer, text } = await ask('/v1/audio/transcriptions', form({ response_format: 'srt' })('m-1'));
    expect(text).toBe('1\n00:00 --> 00:01\nA weir.\n');
    expect(await rowOf(answer)).toMatchObject({ status: 'error', reason: 'usage_missing', usage_source: 'none' });
  });

  test('sound that breaks off breaks off for its hearer, too', async () => {
    provider.answer({
      pieces: ['ID3 half', () => provider.dropConnections()],
      headers: { 'content-type': 'audio/mpeg' },
    });
    const asked = { method: 'POST', headers: { ...JSON_TYPE, ...KEY } };
    const answer = await fetch(`${gateway.url}/v1/audio/speech`, { ...asked, body: JSON.stringify(json()('m-1')) });
    await expect(answer.text()).rejects.toThrow();
    expect(await rowOf(answer)).toMatchObject({
      status: 'error',
      reason: 'upstream_reset',
      usage_source: 'partial',
      units: { characters: 4 },
    });
  });

  test('a listener who leaves leaves the whole count behind', async () => {
    let goOn = () => {};
    const rest = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    provider.answer({ pieces: ['ID3 begin', () => rest, 'and end'], headers: { 'content-type': 'audio/mpeg' } });
    const leaving = new AbortController();
    const answer = await fetch(`${gateway.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...KEY },
      body: JSON.stringify(json()('m-1')),
      signal: leaving.signal,
    });
    leaving.abort();
    setTimeout(goOn, 50);
    expect(await rowOf(answer)).toMatchObject({
      status: 'aborted',
      drained: true,
      units: { characters: 4 },
      bytes: '16',
    });
  });

  test.each([
    ['an image edit that is neither form nor JSON', '/v1/images/edits', 'x', 'text/plain', 400, 'invalid_body'],
    ['speech that is no JSON', '/v1/audio/speech', 'x', 'application/json', 400, 'invalid_body'],
    [
      'a form with two models',
      '/v1/audio/translations',
      '--b\r\nContent-Disposition: form-data; name="model"\r\n\r\na\r\n--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nb\r\n--b--\r\n',
      'multipart/form-data; boundary=b',
      400,
      'invalid_request',
    ],
  ])('%s is refused', async (_what, path, body, type, status, code) => {
    const asked = provider.asked.length;
    const answer = await fetch(gateway.url + path, { method: 'POST', headers: { ...KEY, 'content-type': type }, body });
    expect([answer.status, JSON.parse(await answer.text()).error.code]).toEqual([status, code]);
    expect(provider.asked.length).toBe(asked);
  });

  async function ask(path: string, body: object | FormData) {
    const sent =
      body instanceof FormData
        ? { body, headers: KEY }
        : { body: JSON.stringify(body), headers: { ...JSON_TYPE, ...KEY } };
    const answer = await fetch(gateway.url + path, { method: 'POST', ...sent });
    return { answer, text: await answer.text() };
  }

  const rowOf = (answer: Response) => weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
});
