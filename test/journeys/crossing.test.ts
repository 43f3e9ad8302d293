// Which headers cross the gateway, each way; how an upstream is shown its key; and what becomes of a key that it refuses.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Provider, startProvider } from '../support/provider.ts';
import { askRaw } from '../support/raw-http.ts';
import { scrape } from '../support/scrape.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { HELD } from './held-stream.ts';

const OF_THE_CALLER = [
  'cookie',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'x-real-ip',
  'via',
  'referer',
  'origin',
  'baggage',
];
const OF_THE_PAYER = ['openai-organization', 'openai-project', 'x-goog-user-project', 'anthropic-workspace-id'];
const OF_THE_PROVIDER = [
  'set-cookie',
  'server',
  'alt-svc',
  'openai-organization',
  'openai-project',
  'anthropic-organization-id',
];
const CREDENTIALS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'];
const OUR_KEY = 'sk-of-ours-4711';
const ITS_WORDS = `Incorrect API key provided: ${OUR_KEY}`;

/** A metered one, a stream, and one that is passed through. */
const CALLS: [path: string, stream: boolean][] = [
  ['/v1/chat/completions', true],
  ['/v1/embeddings', false],
  ['/v1/messages/count_tokens', false],
];

let weir: Weir;
let provider: Provider;
let gateway: Gateway;
let directory: string;

beforeAll(async () => {
  [weir, provider] = await Promise.all([openWeir('Postgres'), startProvider()]);
  directory = await mkdtemp(join(tmpdir(), 'weir-crossing-'));
  const config = join(directory, 'weir.yaml');
  const auths = ['bearer', 'x-api-key', 'api-key', 'x-goog-api-key', 'none'];
  await writeFile(
    config,
    `upstreams:
  paid: { url: "${provider.url}", api_key: ${OUR_KEY} }
  free: { url: "${provider.url}" }
  changed:
    url: ${provider.url}
    api_key: ${OUR_KEY}
    headers: { OpenAI-Organization: org-of-ours, x-team: "team \${TEAM}", referer: "https://weir.test", user-agent: null }
  keyless: { url: "${provider.url}", auth: none }
${auths.map((auth) => `  ${auth}: { url: "${provider.url}", api_key: ${OUR_KEY}, auth: ${auth} }`).join('\n')}
models:
${['paid', 'free', 'changed', 'keyless', ...auths].map((name) => `  - { match: ${name}, upstream: ${name} }`).join('\n')}`,
  );
  gateway = await weir.startGateway({ WEIR_CONFIG: config, GATEWAY_KEYS: 'weir-key', TEAM: 'seven' });
});

afterAll(async () => {
  await provider.close();
  await weir.close();
  await rm(directory, { recursive: true });
});

describe.each(CALLS)('on %s (a stream: %s)', (path, stream) => {
  const good = () =>
    provider.answer(stream ? { pieces: [HELD] } : json(200, '{"object":"list","usage":{"prompt_tokens":1}}'));

  test('the provider is told nothing of where its caller is, and of what its browser knows', async () => {
    good();
    await ask('free', { headers: headersOf([...OF_THE_CALLER, 'x-own', 'traceparent']) });
    expect(sentOf([...OF_THE_CALLER, 'x-own', 'traceparent'])).toEqual({
      'x-own': 'of the caller',
      traceparent: 'of the caller',
    });
  });

  test('whose account pays is for the caller to say where it pays, and not where the gateway does', async () => {
    good();
    for (const [model, told] of [
      ['free', OF_THE_PAYER],
      ['paid', []],
    ] as const) {
      await ask(model, { headers: headersOf(OF_THE_PAYER) });
      expect(Object.keys(sentOf(OF_THE_PAYER))).toEqual(told);
    }
  });

  test("an operator's own headers are added, and others dropped", async () => {
    good();
    const headers = 'x-team: mine\r\nuser-agent: caller/1\r\nopenai-organization: org-of-the-caller\r\nreferer: x\r\n';
    await ask('changed', { headers });
    expect(sentOf(['x-team', 'user-agent', 'openai-organization', 'referer'])).toEqual({
      'x-team': 'team seven',
      'openai-organization': 'org-of-ours',
      referer: 'https://weir.test',
    });
  });

  test("the client is told nothing of the provider's server, and of whose account it is", async () => {
    const script = stream ? { pieces: [HELD], headers: {} } : json(200, '{"usage":{"prompt_tokens":1}}');
    const own = { 'x-request-id': 'theirs', 'x-ratelimit-remaining-requests': '5' };
    const all = { ...Object.fromEntries(OF_THE_PROVIDER.map((name) => [name, 'x'])), ...own };
    provider.answer({ ...script, headers: { ...script.headers, ...all } });
    const answer = await ask('free');
    const names = [...answer.head.matchAll(/^([\w-]+):/gm)].map(([, name = '']) => name.toLowerCase());
    expect(names.filter((name) => OF_THE_PROVIDER.includes(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(Object.keys(own)));
  });

  test.each([
    ['bearer', { authorization: `Bearer ${OUR_KEY}` }],
    ['x-api-key', { 'x-api-key': OUR_KEY }],
    ['api-key', { 'api-key': OUR_KEY }],
    ['x-goog-api-key', { 'x-goog-api-key': OUR_KEY }],
    ['none', {}],
    ['keyless', {}],
  ])('a key is sent as its upstream wants it: %s', async (model, header) => {
    good();
    expect((await ask(model)).head).toContain('HTTP/1.1 200 ');
    expect(sentOf(CREDENTIALS)).toEqual(header);
  });

  test.each([401, 403])("a provider's %d to the gateway's own key is 502, and its words stay here", async (status) => {
    provider.answer(json(status, JSON.stringify({ error: { message: ITS_WORDS } })));
    const refusal = { upstream: 'paid', status: String(status) };
    const refusals = async () =>
      (await scrape(gateway.process)).value('weir_upstream_credential_refusals_total', refusal) ?? Number.NaN;
    const before = await refusals();
    const answer = await ask('paid');
    expect(answer.head).toContain('HTTP/1.1 502 ');
    expect(answer.text).toContain(`The provider answered ${status} to the gateway's own key.`);
    if (!path.startsWith('/v1/messages'))
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'upstream_credential' } });
    expect(await refusals()).toBe(before + 1);
    expect(await gateway.process.logged('upstream.credential_refused', `"upstream_status":${status}`)).toMatchObject({
      level: 'error',
      upstream: 'paid',
    });
    if (path === '/v1/messages/count_tokens') return;
    expect(await weir.rows.of(idIn(answer.head))).toMatchObject({
      status: 'error',
      reason: 'upstream_status',
      http_status: 502,
      upstream_status: status,
      cost: null,
    });
  });

  test.each([401, 403])("a provider's %d to the caller's own key passes as it came", async (status) => {
    const body = JSON.stringify({ error: { message: 'Incorrect API key provided: sk-of-the-caller' } });
    provider.answer(json(status, body));
    const answer = await ask('free');
    expect(answer.head).toContain(`HTTP/1.1 ${status} `);
    expect(answer.text).toBe(body);
  });

  test('any other refusal of a provider that the gateway pays passes as it came', async () => {
    provider.answer(json(429, '{"error":{"message":"slow down"}}'));
    const answer = await ask('paid');
    expect([answer.head.slice(0, 12), answer.text]).toEqual(['HTTP/1.1 429', '{"error":{"message":"slow down"}}']);
  });

  function ask(model: string, { headers = '' } = {}) {
    const authorization = `x-weir-key: weir-key\r\n${model === 'free' ? 'authorization: Bearer sk-of-the-caller\r\n' : ''}`;
    const url = new URL(path, gateway.url);
    return askRaw({ url, body: { model, stream, messages: [], input: 'a' }, headers: authorization + headers });
  }
});

test('the key that was refused is in no log', () => {
  expect(JSON.stringify(gateway.process.log)).not.toContain('4711');
});

const json = (status: number, body: string) => ({
  status,
  pieces: [body],
  headers: { 'content-type': 'application/json' },
});

const headersOf = (names: readonly string[]): string => names.map((name) => `${name}: of the caller\r\n`).join('');

/** Those of these headers that the provider was sent. */
function sentOf(names: readonly string[]): Record<string, unknown> {
  const { headers = {} } = provider.asked.at(-1) ?? {};
  return Object.fromEntries(names.filter((name) => name in headers).map((name) => [name, headers[name]]));
}

const idIn = (head: string): string => /x-weir-request-id: ([\w-]+)/.exec(head)?.[1] as string;
