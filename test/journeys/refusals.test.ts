// What the gateway refuses: requests, in the API's own shape and without a row; and configurations, before it listens.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { launchApp } from '../support/processes.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';

const ANSWER =
  '{"id":"c","model":"m","choices":[{"finish_reason":"stop","message":{}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}';
const chat = '/v1/chat/completions';
const good = JSON.stringify({ model: 'paid-model', messages: [] });

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let gateway: Gateway;
  let directory: string;

  beforeAll(async () => {
    weir = await openWeir(queueOn);
    provider = await startProvider();
    provider.answer({ pieces: [ANSWER], headers: { 'content-type': 'application/json' } });
    directory = await mkdtemp(join(tmpdir(), 'weir-refusals-'));
    const config = join(directory, 'weir.yaml');
    await writeFile(
      config,
      `upstreams:
  paid: { url: "${provider.url}", api_key: "\${PROVIDER_KEY}" }
  free: { url: "${provider.url}/" }
models: [{ match: "paid-*", upstream: paid }, { match: "free-*", upstream: free }]
prices: [{ match: "paid-*", upstream: paid, input: 3, output: "6.5" }]`,
    );
    gateway = await weir.startGateway({
      WEIR_CONFIG: config,
      PROVIDER_KEY: 'sk-of-the-provider',
      GATEWAY_KEYS: 'weir-key-1, weir-key-2',
      MAX_BODY_BYTES: '2000',
    });
  });

  afterAll(async () => {
    await provider.close();
    await weir.close();
    await rm(directory, { recursive: true });
  });

  describe('a request is refused in the API’s own shape, and leaves no row', () => {
    const key = { authorization: 'Bearer weir-key-2' };
    test.each<[what: string, path: string, init: RequestInit, status: number, code: string]>([
      ['no body', chat, { method: 'POST', headers: key }, 400, 'invalid_body'],
      ['bad JSON', chat, { method: 'POST', headers: key, body: '{"model":' }, 400, 'invalid_body'],
      ['JSON that is no object', chat, { method: 'POST', headers: key, body: '[1]' }, 400, 'invalid_body'],
      ['no model', chat, { method: 'POST', headers: key, body: '{"messages":[]}' }, 400, 'invalid_request'],
      [
        'a body over the limit',
        chat,
        { method: 'POST', headers: key, body: `{"model":"${'m'.repeat(3000)}"}` },
        413,
        'request_too_large',
      ],
      [
        'an unknown encoding',
        chat,
        { method: 'POST', headers: { ...key, 'content-encoding': 'x-rot13' }, body: good },
        415,
        'unsupported_encoding',
      ],
      [
        'a body that is not packed as it says',
        chat,
        { method: 'POST', headers: { ...key, 'content-encoding': 'gzip' }, body: good },
        400,
        'invalid_body',
      ],
      [
        'JSON in other letters',
        chat,
        { method: 'POST', headers: { ...key, 'content-type': 'application/json; charset=utf-7' }, body: good },
        415,
        'unsupported_media_type',
      ],
      [
        'JSON that is said to be a form',
        '/v1/images/edits',
        { method: 'POST', headers: { ...key, 'content-type': 'application/x-www-form-urlencoded' }, body: good },
        415,
        'unsupported_media_type',
      ],
      ['an unknown path', '/chat/completions', { method: 'POST', headers: key, body: good }, 404, 'not_found'],
      ['a wrong method', chat, { method: 'GET', headers: key }, 405, 'method_not_allowed'],
      [
        'a wrong key',
        chat,
        { method: 'POST', headers: { authorization: 'Bearer weir-key-3' }, body: good },
        401,
        'invalid_api_key',
      ],
      ['no key', chat, { method: 'POST', body: good }, 401, 'invalid_api_key'],
      [
        'no key, and a model that maps nowhere',
        chat,
        { method: 'POST', body: '{"model":"x"}' },
        401,
        'invalid_api_key',
      ],
      [
        'a model that maps nowhere',
        chat,
        { method: 'POST', headers: key, body: '{"model":"x"}' },
        404,
        'model_not_found',
      ],
      [
        'a header that cannot be read',
        chat,
        { method: 'POST', headers: { ...key, 'x-weir-on-disconnect': 'stay' }, body: good },
        400,
        'invalid_request',
      ],
      [
        'tags that are none',
        chat,
        { method: 'POST', headers: { ...key, 'x-weir-tags': 'a,b' }, body: good },
        400,
        'invalid_request',
      ],
    ])('%s', async (_what, path, init, status, code) => {
      const asked = provider.asked.length;
      const answer = await fetch(new URL(path, gateway.url), init);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('x-weir-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(await answer.json()).toEqual({
        error: { message: expect.any(String), type: 'invalid_request_error', param: null, code },
      });
      expect(provider.asked.length).toBe(asked);
      if (status === 405) expect(answer.headers.get('allow')).toBe('POST');
    });

    test('no row of any of them', async () => {
      const { id } = await ask('paid-model', 'weir-key-1');
      await weir.rows.of(id);
      expect((await weir.rows.all()).map((row) => row['model_requested'])).toEqual(['paid-model']);
    });
  });

  describe('who pays', () => {
    test('the gateway, with its own key; its caller shows one of GATEWAY_KEYS, which goes no further', async () => {
      const { id } = await ask('paid-model', 'weir-key-2');
      expect(provider.asked.at(-1)?.headers.authorization).toBe('Bearer sk-of-the-provider');
      const row = await weir.rows.of(id);
      expect(row).toMatchObject({ upstream: 'paid', cost: '0.000009500000', price: { input: '3', output: '6.5' } });
      expect(row['key']).not.toBe((await weir.rows.of((await ask('paid-model', 'weir-key-1')).id))['key']);
    });

    test('the caller, with its own', async () => {
      const { id } = await ask('free-model', 'sk-of-the-caller', { 'x-weir-key': 'weir-key-1' });
      expect(provider.asked.at(-1)?.headers.authorization).toBe('Bearer sk-of-the-caller');
      const row = await weir.rows.of(id);
      expect(row).toMatchObject({ upstream: 'free', cost: null, price: null });
      expect(row['key']).toBe((await weir.rows.of((await ask('paid-model', 'weir-key-1')).id))['key']);
    });

    test('a key of the gateway’s goes no further, even where the caller pays', async () => {
      await ask('free-model', 'weir-key-1', { 'x-weir-key': 'weir-key-1' });
      expect(provider.asked.at(-1)?.headers.authorization).toBeUndefined();
      expect(JSON.stringify(provider.asked.at(-1))).not.toContain('weir-key');
    });

    test('the list of models comes from the first upstream, and costs a key as well', async () => {
      const refused = await fetch(new URL('/v1/models', gateway.url));
      expect(refused.status).toBe(401);
      const answer = await fetch(new URL('/v1/models?limit=2', gateway.url), {
        headers: { authorization: 'Bearer weir-key-1' },
      });
      expect(await answer.text()).toBe(ANSWER);
      expect(provider.asked.at(-1)).toMatchObject({ method: 'GET', url: '/v1/models?limit=2' });
      expect(provider.asked.at(-1)?.headers.authorization).toBe('Bearer sk-of-the-provider');
    });
  });

  test('nothing of a prompt, an answer or a credential is logged, at whatever level', async () => {
    const talkative = await weir.startGateway({ LOG_LEVEL: 'trace', UPSTREAM_URL: provider.url });
    provider.answer({
      pieces: ['{"error":{"message":"SECRET-ANSWER"}}'],
      headers: { 'content-type': 'application/json' },
    });
    await fetch(new URL(chat, talkative.url), {
      method: 'POST',
      headers: { authorization: 'Bearer SECRET-KEY', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'SECRET-PROMPT' }] }),
    }).then((answer) => answer.text());
    await talkative.process.logged('completion.settled');
    expect(JSON.stringify(talkative.process.log)).not.toMatch(/SECRET/);
    expect(JSON.stringify(await weir.rows.all())).not.toMatch(/SECRET/);
  });

  test('health, readiness and metrics', async () => {
    const { metricsUrl = '' } = await gateway.process.ready;
    expect(await statusOf('/healthz')).toBe(200);
    expect(await statusOf('/readyz')).toBe(200);
    const metrics = await (await fetch(new URL('/metrics', metricsUrl))).text();
    expect(metrics).toMatch(/weir_refusals_total\{code="invalid_api_key"\} \d+/);
    expect(metrics).toMatch(
      /weir_requests_total\{endpoint="\/v1\/chat\/completions",upstream="paid",status="ok",reason=""\} \d+/,
    );
    expect(metrics).toContain('weir_exchanges_open 0');
  });

  async function ask(model: string, key: string, headers: Record<string, string> = {}) {
    const answer = await fetch(new URL(chat, gateway.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify({ model, messages: [] }),
    });
    expect(await answer.text()).toBe(ANSWER);
    return { id: answer.headers.get('x-weir-request-id') ?? '' };
  }

  const statusOf = async (path: string) => (await fetch(new URL(path, gateway.url))).status;
});

describe('the gateway refuses to start', () => {
  const upstream = { UPSTREAM_URL: 'http://127.0.0.1:1/v1' };
  const open = { ...upstream, HOST: '0.0.0.0' };

  test.each<[why: string, env: Record<string, string>, args: string[], names: RegExp]>([
    ['without an upstream', {}, [], /UPSTREAM_URL.*WEIR_CONFIG/],
    ['with two sources of upstreams', { ...upstream, WEIR_CONFIG: 'x.yaml' }, [], /WEIR_CONFIG and UPSTREAM_URL/],
    [
      'with a file that is not there',
      { WEIR_CONFIG: '/nowhere/weir.yaml' },
      [],
      /WEIR_CONFIG: \/nowhere\/weir\.yaml .*ENOENT/,
    ],
    ['without keys where strangers reach it', open, [], /^GATEWAY_KEYS .*HOST 0\.0\.0\.0 .*OPEN=yes/],
    ['the same, and paying for them', { ...open, UPSTREAM_API_KEY: 'sk-of-the-provider' }, [], /^GATEWAY_KEYS /],
    [
      'with a file of keys that is not there',
      { ...upstream, GATEWAY_KEYS_FILE: '/nowhere/keys' },
      [],
      /^GATEWAY_KEYS_FILE: \/nowhere\/keys cannot be read \(ENOENT\)$/m,
    ],
    [
      'with a number that is none',
      { ...upstream, MAX_DRAINS: 'many' },
      [],
      /^MAX_DRAINS must be a whole number from 0 up, not "many"$/m,
    ],
    [
      'with a word that it does not know',
      { ...upstream, STRIP_USAGE_FRAME: 'yes' },
      [],
      /STRIP_USAGE_FRAME must be one of never, unrequested, always/,
    ],
    ['with a flag that it does not know', upstream, ['--prot', '1'], /--prot is not an option/],
    [
      'with a flag of a wrong value',
      upstream,
      ['--port', '99999'],
      /^--port must be a whole number from 0 to 65535, not "99999"$/m,
    ],
    ['with a URL that is none', { UPSTREAM_URL: 'api.openai.com' }, [], /UPSTREAM_URL must be a URL/],
  ])('%s', async (_why, env, args, names) => {
    const { code, stderr } = await launchApp('gateway', env, args).ended;
    expect(stderr).toMatch(names);
    expect(stderr).not.toContain('sk-of-the-provider');
    expect(code).toBe(2);
  });

  test('on a port that is taken, by its name', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as { port: number };
    const { code, stderr } = await launchApp('gateway', { ...upstream, PORT: String(port) }).ended;
    expect(stderr).toContain(`PORT ${port} on 127.0.0.1 is taken`);
    expect(code).toBe(1);
    holder.close();
  });
});
