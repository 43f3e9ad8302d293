// Each API's own way of showing a key: it admits the caller, and the upstream gets its own key in the same way, or the
// caller's as it came; a key of the gateway's goes no further.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';

const VERTEX = '/v1/projects/p/locations/l/publishers/anthropic/models';

const PATHS: [path: string, header: string, say: (key: string) => string][] = [
  ['/v1/chat/completions', 'authorization', (key) => `Bearer ${key}`],
  ['/v1/completions', 'authorization', (key) => `Bearer ${key}`],
  ['/v1/responses', 'authorization', (key) => `Bearer ${key}`],
  ['/v1/embeddings', 'authorization', (key) => `Bearer ${key}`],
  ['/v1/messages', 'x-api-key', (key) => key],
  ['/v1/messages/count_tokens', 'x-api-key', (key) => key],
  ['/v1beta/models/paid-m:generateContent', 'x-goog-api-key', (key) => key],
  ['/v1beta/models/paid-m:embedContent', 'x-goog-api-key', (key) => key],
  ['/v1beta/models/paid-m:countTokens', 'x-goog-api-key', (key) => key],
  ['/v1/images/generations', 'authorization', (key) => `Bearer ${key}`],
  ['/v1beta/openai/chat/completions', 'authorization', (key) => `Bearer ${key}`],
  ['/openai/v1/chat/completions', 'authorization', (key) => `Bearer ${key}`],
  ['/openai/deployments/paid-m/chat/completions', 'api-key', (key) => key],
  ['/openai/responses/input_tokens', 'api-key', (key) => key],
  [`${VERTEX}/paid-m:rawPredict`, 'authorization', (key) => `Bearer ${key}`],
  [`${VERTEX}/count-tokens:rawPredict`, 'authorization', (key) => `Bearer ${key}`],
];

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let gateway: Gateway;
  let directory: string;

  beforeAll(async () => {
    weir = await openWeir(queueOn);
    provider = await startProvider();
    provider.answer({ pieces: ['{}'], headers: { 'content-type': 'application/json' } });
    directory = await mkdtemp(join(tmpdir(), 'weir-credentials-'));
    const config = join(directory, 'weir.yaml');
    await writeFile(
      config,
      `upstreams: { paid: { url: "${provider.url}", api_key: sk-of-ours }, free: { url: "${provider.url}" } }
models: [{ match: "paid-*", upstream: paid }, { match: "*", upstream: free }]`,
    );
    gateway = await weir.startGateway({ WEIR_CONFIG: config, GATEWAY_KEYS: 'weir-key' });
  });

  afterAll(async () => {
    await provider.close();
    await weir.close();
    await rm(directory, { recursive: true });
  });

  describe.each(PATHS)('%s', (path, header, say) => {
    test('the gateway pays, with its own key', async () => {
      expect(await ask(path, { [header]: say('weir-key') }, 'paid-m')).toBe(200);
      expect(provider.asked.at(-1)?.headers[header]).toBe(say('sk-of-ours'));
      expect(JSON.stringify(provider.asked.at(-1))).not.toContain('weir-key');
    });

    test('a stranger is refused', async () => {
      const asked = provider.asked.length;
      expect(await ask(path, { [header]: say('another-key') }, 'paid-m')).toBe(401);
      expect(provider.asked.length).toBe(asked);
    });

    test('the gateway’s key may stand in its own header, and the credential is then nobody’s', async () => {
      const presented = { 'x-weir-key': 'weir-key', [header]: say('sk-of-the-caller') };
      expect(await ask(path, presented, 'paid-m')).toBe(200);
      expect(provider.asked.at(-1)?.headers[header]).toBe(say('sk-of-ours'));
      expect(JSON.stringify(provider.asked.at(-1))).not.toMatch(/weir-key|sk-of-the-caller/);
    });

    test('the caller pays, with its own key, beside one of the gateway’s', async () => {
      const presented = { 'x-weir-key': 'weir-key', [header]: say('sk-of-the-caller') };
      expect(await ask(path.replace('paid-m', 'm'), presented, 'm')).toBe(200);
      expect(provider.asked.at(-1)?.headers[header]).toBe(say('sk-of-the-caller'));
      expect(JSON.stringify(provider.asked.at(-1))).not.toContain('weir-key');
    });

    test.each([
      ['none', {}],
      ['a wrong one', { 'x-weir-key': 'another-key' }],
    ])('the caller pays, and presents no key of the gateway’s but %s: it is refused', async (_what, keys) => {
      const asked = provider.asked.length;
      expect(await ask(path.replace('paid-m', 'm'), { ...keys, [header]: say('sk-of-the-caller') }, 'm')).toBe(401);
      expect(provider.asked.length).toBe(asked);
    });
  });

  describe('a Gemini key in the URL', () => {
    const path = '/v1beta/models/paid-m:generateContent';

    test('admits its caller, and goes no further', async () => {
      expect(await ask(`${path}?key=weir-key&alt=json`, {}, '')).toBe(200);
      expect(provider.asked.at(-1)).toMatchObject({ url: '/v1/models/paid-m:generateContent?alt=json' });
      expect(provider.asked.at(-1)?.headers['x-goog-api-key']).toBe('sk-of-ours');
      expect(JSON.stringify(gateway.process.log)).not.toContain('weir-key');
    });

    test('goes upstream where it is the caller who pays', async () => {
      const presented = { 'x-weir-key': 'weir-key' };
      expect(await ask(`${path.replace('paid-m', 'm')}?key=sk-of-the-caller`, presented, '')).toBe(200);
      expect(provider.asked.at(-1)?.url).toBe('/v1/models/m:generateContent?key=sk-of-the-caller');
    });
  });

  test.each([
    '/v1//chat/completions',
    '/v1/Chat/Completions',
    '/v1/chat/%63ompletions',
    '/v1/chat/%2563ompletions',
    '/v1/chat/completions;a=b',
    '/v1/messages/',
    '/v1beta/chat/completions',
    '/v1beta/messages',
    '/v1beta/models/x:GenerateContent',
    '/v1beta/Models/x:generatecontent',
    '/v1/../admin/keys',
    '/v1/%2e%2e/admin/keys',
    '/v1/x%2f..%2fchat/completions',
    '/v1/x\\..\\admin',
    '/v1/chat/completions%3F:generateContent',
    '/v1//chat/completions:generateContent',
    '/v1/videos;a:generateContent',
    '/v1/files/x:generateContent',
    '/v1beta/models/m%2Fmodels%2Fpaid-m:generateContent',
    '/openai/deployments/paid-m%20/images/generations',
  ])('another spelling of what is metered, or a way out of the base, is not passed through: %s', async (path) => {
    const asked = provider.asked.length;
    expect(await askAsWritten(path)).toBe(404);
    expect(provider.asked.length).toBe(asked);
  });

  test.each(['/v1beta/tunedModels/paid-m:generateContent', '/v1beta/models/a/paid-m:streamGenerateContent'])(
    'what is Google’s to bill is metered wherever its model stands: %s',
    async (path) => {
      const before = (await weir.rows.all()).length;
      expect(await ask(path, { 'x-weir-key': 'weir-key', 'x-goog-api-key': 'sk-of-the-caller' }, '')).toBe(200);
      while ((await weir.rows.all()).length === before) await turn(20);
    },
  );

  /** fetch would tidy the path up. */
  async function askAsWritten(path: string): Promise<number> {
    const { hostname, port } = new URL(gateway.url);
    const headers = { authorization: 'Bearer weir-key' };
    const asking = request({ hostname, port, path, method: 'POST', headers });
    asking.end(JSON.stringify({ model: 'paid-m', messages: [] }));
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode ?? 0;
  }

  async function ask(path: string, headers: Record<string, string>, model: string): Promise<number> {
    const answer = await fetch(gateway.url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model, messages: [] }),
    });
    await answer.arrayBuffer();
    return answer.status;
  }
});
