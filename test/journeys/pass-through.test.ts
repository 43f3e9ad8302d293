// What is not metered: calls that cost nothing pass without a row, others are refused by the setting's name, or pass and
// leave a row. Nothing passes by another spelling.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { askAsWritten } from '../support/raw-http.ts';
import { scrape } from '../support/scrape.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const POST = { method: 'POST', headers: JSON_TYPE, body: '{"model":"m"}' };

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let directory: string;
  let [safe, all, none, listed]: Gateway[] = [];

  beforeAll(async () => {
    [weir, provider] = await Promise.all([openWeir(queueOn), startProvider()]);
    directory = await mkdtemp(join(tmpdir(), 'weir-pass-through-'));
    const config = join(directory, 'weir.yaml');
    await writeFile(
      config,
      `upstreams: { only: { url: "${provider.url}" } }
pass_through: ["GET /v1/files", "GET /v1/files/*", "* /v1/moderations"]`,
    );
    const UPSTREAM_URL = provider.url;
    [safe, all, none, listed] = await Promise.all([
      weir.startGateway({ UPSTREAM_URL }),
      weir.startGateway({ UPSTREAM_URL, PASS_THROUGH: 'all' }),
      weir.startGateway({ UPSTREAM_URL, PASS_THROUGH: 'none' }),
      weir.startGateway({ WEIR_CONFIG: config }),
    ]);
  });

  afterAll(async () => {
    await provider.close();
    await weir.close();
    await rm(directory, { recursive: true });
  });

  const SAFE: [method: string, path: string][] = [
    ['GET', '/v1/models'],
    ['GET', '/v1/models/gpt-x?y=1'],
    ['GET', '/v1/models/llama-x:8b'],
    ['GET', '/v1beta/models/gemini-x'],
    ['GET', '/v1beta/openai/models'],
    ['GET', '/openai/v1/models'],
    ['POST', '/v1/messages/count_tokens'],
    ['POST', '/v1/responses/input_tokens'],
    ['POST', '/v1beta/models/gemini-x:countTokens'],
    ['POST', '/v1/projects/p/locations/l/publishers/google/models/gemini-x:countTokens'],
    ['POST', '/v1/projects/p/locations/l/publishers/anthropic/models/count-tokens:rawPredict'],
    ['GET', '/v1/responses/resp_1'],
    ['GET', '/v1/responses/resp_1/input_items'],
  ];

  describe.each(SAFE)('%s %s costs nothing', (method, path) => {
    test('and passes without a row, unless nothing may', async () => {
      provider.answer({ pieces: ['{"id":"resp_1"}'], headers: JSON_TYPE });
      const before = (await weir.rows.all()).length;
      const init = method === 'POST' ? POST : {};
      for (const gateway of [safe, all, listed]) {
        const answer = await fetch(gateway?.url + path, init);
        expect([answer.status, await answer.text()]).toEqual([200, '{"id":"resp_1"}']);
      }
      const asked = provider.asked.length;
      expect((await fetch(none?.url + path, init)).status).toBe(404);
      expect(provider.asked.length).toBe(asked);
      await recorded(); // whatever came before it is there
      expect((await weir.rows.all()).length).toBe(before + 1);
    });
  });

  test('a call that costs nothing is not turned into another one: its provider sees no body, and no other method', async () => {
    provider.answer({ pieces: ['{}'], headers: JSON_TYPE });
    const headers = 'x-http-method-override: POST\r\nx-original-url: /v1/chat/completions\r\n';
    for (const path of ['/v1beta/tunedModels', '/v1/models', '/v1/responses/resp_1']) {
      const asked = { method: 'GET', path, headers, body: '{"model":"m","tuningTask":{}}' };
      expect((await askAsWritten(safe?.url ?? '', asked)).status).toBe(200);
      expect(provider.asked.at(-1)).toMatchObject({ method: 'GET', body: '' });
      const sent = Object.keys(provider.asked.at(-1)?.headers ?? {});
      expect(sent.filter((name) => /override|original|length|encoding$/.test(name))).toEqual(['accept-encoding']);
    }
  });

  const OTHER: [method: string, path: string, family: string][] = [
    ['GET', '/v1/files', 'files'],
    ['POST', '/v1/files', 'files'],
    ['DELETE', '/v1/files/file-1', 'files'],
    ['POST', '/v1/batches', 'batches'],
    ['POST', '/v1/moderations', 'moderations'],
    ['POST', '/v1/conversations', 'conversations'],
    ['POST', '/v1beta/interactions', 'interactions'],
    ['POST', '/v1beta/models/imagen-x:predict', 'models'],
    ['POST', '/v1/organization/invites', 'organization'],
    ['POST', '/v1/never-heard-of', 'other'],
  ];

  describe.each(OTHER)('%s %s may cost something', (method, path, family) => {
    test('and is refused by the name of the setting', async () => {
      const asked = provider.asked.length;
      for (const gateway of [safe, none]) {
        const answer = await fetch(gateway?.url + path, { method, headers: JSON_TYPE });
        expect(answer.status).toBe(404);
        expect(await answer.text()).toContain('PASS_THROUGH');
      }
      expect(provider.asked.length).toBe(asked);
    });

    test('and passes under PASS_THROUGH=all, with a row', async () => {
      const text = '{"id":"thing_1","usage":{"input_tokens":7,"output_tokens":3}}';
      provider.answer({ pieces: [text], headers: JSON_TYPE });
      const init = method === 'GET' ? {} : { method, headers: JSON_TYPE, body: '{"model":"m-1"}' };
      const answer = await fetch(all?.url + path, init);
      expect([answer.status, await answer.text()]).toEqual([200, text]);
      expect(provider.asked.at(-1)).toMatchObject({ method, url: path.replace(/^\/v1(beta)?/, '/v1') });
      expect(await weir.rows.of(answer.headers.get('x-weir-request-id') ?? '')).toMatchObject({
        endpoint: `/v1/${family}`,
        dialect: 'opaque',
        status: 'ok',
        upstream_id: 'thing_1',
        usage_source: 'reported',
        input_tokens: 7,
        output_tokens: 3,
      });
    });
  });

  test('what the file lists passes with a row, and nothing else does', async () => {
    provider.answer({ pieces: ['{}'], headers: JSON_TYPE });
    for (const path of ['/v1/files', '/v1/files/file-1/content', '/v1/moderations']) {
      const answer = await fetch(listed?.url + path);
      expect([path, answer.status]).toEqual([path, 200]);
      const row = await weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
      expect(row).toMatchObject({ dialect: 'opaque', status: 'ok', usage_source: 'none', cost: null });
    }
    for (const [method, path] of [
      ['POST', '/v1/files'],
      ['GET', '/v1/files2'],
      ['GET', '/v1/batches'],
    ])
      expect((await fetch(listed?.url + String(path), { method: String(method) })).status).toBe(404);
  });

  const STORED: [method: string, path: string][] = [
    ['GET', '/v1/chat/completions/thing_1'],
    ['POST', '/v1/chat/completions/thing_1'],
    ['GET', '/v1/batches/thing_1'],
    ['POST', '/v1/batches/thing_1/cancel'],
    ['GET', '/v1/threads/t_1/runs/thing_1'],
    ['POST', '/v1/threads/t_1/runs/thing_1'],
    ['POST', '/v1/threads/t_1/runs/thing_1/cancel'],
    ['GET', '/v1beta/interactions/thing_1'],
  ];

  test.each(STORED)(
    '%s %s tells of what was made before: its row has the tokens, and no cost',
    async (method, path) => {
      const text = '{"id":"thing_1","model":"gpt-4o-mini","usage":{"input_tokens":7,"output_tokens":3,"cost":0.5}}';
      provider.answer({ pieces: [text], headers: JSON_TYPE });
      const init = method === 'GET' ? {} : { ...POST, body: '{"metadata":{"a":"b"}}' };
      const answer = await fetch(all?.url + path, init);
      expect(await answer.text()).toBe(text);
      const row = await weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
      expect(row).toMatchObject({ status: 'ok', input_tokens: 7, output_tokens: 3, cost: null, unpriced: 'replay' });
      expect(row['tags']).toMatchObject({ replay: 'true' });
    },
  );

  test('a POST beside a stored object that names a model is billed: it may make something', async () => {
    provider.answer({ pieces: ['{"usage":{"input_tokens":7,"output_tokens":3}}'], headers: JSON_TYPE });
    const answer = await fetch(`${all?.url}/v1/chat/completions/thing_1`, POST);
    await answer.text();
    const row = await weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
    expect(row['unpriced']).not.toBe('replay');
  });

  test.each(['/v1/threads/t_1/runs', '/v1/threads/runs', '/v1/threads/t_1/runs/r_1/submit_tool_outputs'])(
    'POST %s makes something new, which is billed',
    async (path) => {
      provider.answer({ pieces: ['{"usage":{"input_tokens":7,"output_tokens":3}}'], headers: JSON_TYPE });
      const answer = await fetch(all?.url + path, POST);
      await answer.text();
      const row = await weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
      expect(row['unpriced']).not.toBe('replay');
    },
  );

  test('an answer that is recorded comes as it was sent, whatever it is', async () => {
    const bytes = Buffer.from([...Array(256).keys()]);
    const answers: [type: string, pieces: (string | Buffer)[], more: object][] = [
      ['application/octet-stream', [bytes, bytes], { usage_source: 'none', model: null, frames: expect.any(Number) }],
      ['application/json', ['no JSON'], { usage_source: 'none' }],
      ['application/json', [''], { usage_source: 'none' }],
      ['text/plain', ['words'], { usage_source: 'none' }],
      [
        'text/event-stream',
        [
          'event: a\ndata: {"type":"begun","message":{"model":"claude-x","usage":{"input_tokens":5,"cache_read_input_tokens":2,"output_tokens":1}}}\n\n',
          'event: b\ndata: {"usage":{"output_tokens":9,"cache_read_input_tokens":2}}\n\n',
        ],
        { usage_source: 'reported', model: 'claude-x', input_tokens: 7, cached_input_tokens: 2, output_tokens: 9 },
      ],
      [
        'text/event-stream',
        ['data: {"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2}}\n\n'],
        { usage_source: 'reported', input_tokens: 4, output_tokens: 2 },
      ],
    ];
    for (const [type, pieces, more] of answers) {
      provider.answer({ pieces, headers: { 'content-type': type } });
      const answer = await fetch(`${all?.url}/v1/things/1/content`);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
      expect(answer.headers.get('content-type')).toBe(type);
      const row = await weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
      expect(row).toMatchObject({ status: 'ok', reason: null, http_status: 200, ...more });
    }
  });

  test('an answer of bytes that breaks off breaks off for the client, too', async () => {
    provider.answer({
      pieces: ['half of ', () => provider.dropConnections()],
      headers: { 'content-type': 'audio/wav' },
    });
    const answer = await fetch(`${all?.url}/v1/things/2/content`);
    await expect(answer.text()).rejects.toThrow();
    const row = await weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
    expect(row).toMatchObject({ status: 'error', reason: 'upstream_reset' });
  });

  test.each([
    'POST /v1/chat/completions%20',
    'POST /v1/chat/completions%00',
    'POST /v1/chat%2Fcompletions',
    'POST /v1/chat%5Ccompletions',
    'POST /v1//chat/completions',
    'POST /v1/chat/completions/',
    'POST /v1/chat/completions;x',
    'POST /v1/chat/completions%3Bx',
    'POST /v1/chat/completions%3Fx',
    'POST /v1/Chat/Completions',
    'POST /v1/CHAT/completions',
    'POST /v1/chat/%2563ompletions',
    'POST /v1/./chat/completions',
    'POST /v1/x/../chat/completions',
    'POST /v1beta/chat/completions',
    'POST /openai/chat/completions',
    'POST /v1/deployments/m/chat/completions',
    'POST /v1beta/models/m%3AgenerateContent',
    'POST /v1beta/models/m:generatecontent',
    'POST /v1/files%20',
    'POST /v1/files;x',
    'POST /v1//files',
    'POST /v1/files/',
    'GET /v1/models/%2e%2e',
    'GET /v1/models/..%2Ffiles',
    'GET /v1/models%2Fm',
    'GET /v1/models/meta-llama%2Fllama-x',
    'GET /v1/models/',
    'GET /v1/responses/resp_1%2F..%2F..%2Ffiles',
    'GET /v1/responses/resp_1%20',
  ])('no odd spelling passes, even where everything does: %s', async (asking) => {
    const asked = provider.asked.length;
    const [method = '', path = ''] = asking.split(' ');
    const { status } = await askAsWritten(all?.url ?? '', {
      method,
      path,
      body: method === 'POST' ? '{"model":"m"}' : '',
    });
    expect(status).toBe(404);
    expect(provider.asked.length).toBe(asked);
  });

  test('the metrics count what passed by its kind', async () => {
    if (all === undefined) throw new Error('there is no gateway');
    provider.answer({ pieces: ['{}'], headers: JSON_TYPE });
    const before = (await scrape(all.process)).all('weir_passthrough_total');
    for (const path of ['/v1/models', '/v1/files', '/v1/files/a', '/v1/anything/at/all', '/v1/responses/resp_9'])
      await (await fetch(all.url + path)).text();
    const after = (await scrape(all.process)).all('weir_passthrough_total');
    const risen = (kind: string) => (after[`class="${kind}"`] ?? 0) - (before[`class="${kind}"`] ?? 0);
    expect(['models', 'files', 'other', 'responses'].map(risen)).toEqual([1, 2, 1, 1]);
    expect(Object.keys(after).join()).not.toContain('anything');
  });

  /** One more row, and all before it. */
  async function recorded(): Promise<void> {
    provider.answer({ pieces: ['{"usage":{"prompt_tokens":1,"completion_tokens":1}}'], headers: JSON_TYPE });
    const answer = await fetch(`${safe?.url}/v1/embeddings`, POST);
    await answer.text();
    await weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
  }
});
