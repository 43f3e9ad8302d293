// Keys that are set are demanded, whoever pays upstream, and before a body is read; and where there are none, nobody but
// this machine gets in unless that was meant.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { launchApp } from '../support/processes.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { talkTo } from './talk.ts';

const CHAT = '/v1/chat/completions';
const ANSWER =
  '{"id":"c","model":"m","choices":[{"finish_reason":"stop","message":{}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}';
const KEY = 'key-of-team-a';
const CALLERS = 'Bearer sk-of-the-caller';
const HERE = 'one of its own keys in `x-weir-key`, beside your own credential';
const WRONG =
  "The key in `x-weir-key` is none of this gateway's own keys. Where this header is given, it alone counts.";
const EITHER = 'one of its own keys in `authorization` or in `x-weir-key`';

type Headers = Record<string, string>;

let weir: Weir;
let provider: Provider;
let directory: string;
/** Of three gateways: who pays at their upstreams. */
const gateways: Record<string, Gateway> = {};

beforeAll(async () => {
  [weir, provider] = await Promise.all([openWeir('Postgres'), startProvider()]);
  provider.answer({ pieces: [ANSWER], headers: { 'content-type': 'application/json' } });
  directory = await mkdtemp(join(tmpdir(), 'weir-keys-'));
  await writeFile(
    join(directory, 'weir.yaml'),
    `upstreams: { paid: { url: "${provider.url}", api_key: sk-of-ours }, free: { url: "${provider.url}" } }
models: [{ match: "paid-*", upstream: paid }, { match: "*", upstream: free }]`,
  );
  await writeFile(join(directory, 'keys'), `# whose they are\nteam-a=${KEY}\n\nkey-of-nobody-in-particular\n`);
  const env = { GATEWAY_KEYS_FILE: join(directory, 'keys'), GATEWAY_KEYS: 'key-of-the-environment' };
  const upstream = { UPSTREAM_URL: provider.url };
  gateways['the caller'] = await weir.startGateway({ ...env, ...upstream });
  gateways['the gateway'] = await weir.startGateway({ ...env, ...upstream, UPSTREAM_API_KEY: 'sk-of-ours' });
  gateways['one or the other'] = await weir.startGateway({ ...env, WEIR_CONFIG: join(directory, 'weir.yaml') });
});

afterAll(async () => {
  await provider.close();
  await weir.close();
  await rm(directory, { recursive: true });
});

const urlOf = (payer: string) => gateways[payer]?.url ?? '';

async function ask(payer: string, headers: Headers, model = 'm') {
  const asked = provider.asked.length;
  const answer = await fetch(new URL(CHAT, urlOf(payer)), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [] }),
  });
  const text = await answer.text();
  const id = answer.headers.get('x-weir-request-id') ?? '';
  return { status: answer.status, text, id, wasAsked: provider.asked.length > asked };
}

describe('where the caller pays upstream, with keys set', () => {
  test.each<[what: string, headers: Headers, says: string]>([
    ['no key at all', {}, HERE],
    ['no key beside its own credential', { authorization: CALLERS }, HERE],
    ['a wrong key', { authorization: CALLERS, 'x-weir-key': 'wrong' }, WRONG],
    ['a key where its own credential belongs', { authorization: `Bearer ${KEY}` }, HERE],
    [
      'a right key there and a wrong one in x-weir-key',
      { authorization: `Bearer ${KEY}`, 'x-weir-key': 'wrong' },
      WRONG,
    ],
  ])('a caller with %s is refused, and told which header is wanted', async (_what, headers, says) => {
    const { status, text, wasAsked } = await ask('the caller', headers);
    expect({ status, wasAsked }).toEqual({ status: 401, wasAsked: false });
    expect(text).toContain(says);
    expect(text).not.toContain(KEY);
  });

  test.each([KEY, 'key-of-nobody-in-particular', 'key-of-the-environment'])(
    'one with %s is served, its own credential goes upstream, and the key does not',
    async (key) => {
      const { status, id } = await ask('the caller', { authorization: CALLERS, 'x-weir-key': key });
      expect(status).toBe(200);
      expect(provider.asked.at(-1)?.headers.authorization).toBe(CALLERS);
      expect(JSON.stringify(provider.asked.at(-1))).not.toContain(key);
      expect(await weir.rows.of(id)).toMatchObject({ status: 'ok' });
    },
  );

  test('what is not metered wants one as well', async () => {
    const models = (headers: Headers) => fetch(new URL('/v1/models', urlOf('the caller')), { headers });
    expect((await models({ authorization: CALLERS })).status).toBe(401);
    expect((await models({ authorization: CALLERS, 'x-weir-key': KEY })).status).toBe(200);
  });

  test('health and readiness want none', async () => {
    for (const path of ['/healthz', '/readyz'])
      expect((await fetch(new URL(path, urlOf('the caller')))).status).toBe(200);
  });
});

describe('where one pays or the other', () => {
  test('a key in the wrong header is refused when the model is known, and goes nowhere', async () => {
    const { status, text, wasAsked } = await ask('one or the other', { authorization: `Bearer ${KEY}` }, 'free-m');
    expect({ status, wasAsked }).toEqual({ status: 401, wasAsked: false });
    expect(text).toContain(HERE);
  });

  test('in x-weir-key it counts everywhere, and a caller is one and the same in the rows', async () => {
    const rows = [];
    for (const [headers, model] of [
      [{ 'x-weir-key': KEY }, 'paid-m'],
      [{ authorization: `Bearer ${KEY}` }, 'paid-m'],
      [{ 'x-weir-key': KEY, authorization: CALLERS }, 'free-m'],
    ] as const) {
      const { status, id } = await ask('one or the other', headers, model);
      expect(status).toBe(200);
      rows.push(await weir.rows.of(id));
    }
    expect(rows.map((row) => row['upstream'])).toEqual(['paid', 'paid', 'free']);
    expect(new Set(rows.map((row) => row['key'])).size).toBe(1);
    const listening = gateways['one or the other']?.process.log.find(({ event }) => event === 'gateway.listening');
    expect(listening).toMatchObject({ keys: 3, key_names: { [String(rows[0]?.['key'])]: 'team-a' } });
    expect(listening).toMatchObject({ pid: gateways['one or the other']?.process.pid });
  });
});

describe.each([
  ['the caller', HERE],
  ['the gateway', EITHER],
  ['one or the other', EITHER],
])('of a caller without a key, where %s pays, no body is read', (payer, wanted) => {
  test.each([
    ['', 'no key', wanted],
    ['x-weir-key: wrong\r\n', 'a wrong one', WRONG],
    ['authorization: Bearer sk-of-the-caller\r\n', 'its own alone', wanted],
  ])('%s%s', async (headers, _what, says) => {
    const head = `POST ${CHAT} HTTP/1.1\r\nhost: h\r\n${headers}content-type: application/json\r\n`;
    const { heard, socket } = talkTo(urlOf(payer), `${head}content-length: 1000\r\n\r\n{"model":`);
    const text = await heard(says);
    expect(text).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });
});

describe('without keys', () => {
  test.each([{}, { OPEN: 'no' }])('a HOST that others reach is refused, with %j', async (more) => {
    const env = { ...weir.home.env, UPSTREAM_URL: provider.url, HOST: '0.0.0.0', ...more };
    const { code, stderr } = await launchApp('gateway', env).ended;
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/GATEWAY_KEYS.*HOST 0\.0\.0\.0.*OPEN=yes/),
    });
  });

  test('it serves where OPEN=yes says that it is meant, and warns', async () => {
    const { process } = await weir.startGateway({ UPSTREAM_URL: provider.url, HOST: '0.0.0.0', OPEN: 'yes' });
    expect(await process.logged('gateway.open')).toMatchObject({
      level: 'warn',
      host: '0.0.0.0',
      hint: expect.stringContaining('PUBLIC_HOSTS'),
    });
    const { port } = new URL((await process.ready)['url'] ?? '');
    expect((await fetch(`http://127.0.0.1:${port}/v1/models`)).status).toBe(200);
  });

  test('it serves without OPEN where there are keys', async () => {
    const env = { UPSTREAM_URL: provider.url, HOST: '0.0.0.0', GATEWAY_KEYS: KEY };
    const { process } = await weir.startGateway(env);
    expect(process.log.map(({ event }) => event)).not.toContain('gateway.open');
  });
});

test('a file of keys that is wrong is refused by file and line, and the key is not told', async () => {
  const file = join(directory, 'wrong');
  await writeFile(file, `team-a=${KEY}\nSECRET SECRET\n`);
  const env = { ...weir.home.env, UPSTREAM_URL: provider.url, GATEWAY_KEYS_FILE: file };
  const { code, stderr } = await launchApp('gateway', env).ended;
  expect(code).toBe(2);
  expect(stderr).toBe(
    `GATEWAY_KEYS_FILE: ${file}: line 2: must be a key, ASCII without spaces and commas, or name=key\n`,
  );
});
