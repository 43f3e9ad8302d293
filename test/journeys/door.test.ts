// How a connection is met before and beside its request: limits, invitations, half-closed clients, and requests that two
// servers would read in two ways. Over bare sockets, and with the row of each, or none.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Provider, startProvider } from '../support/provider.ts';
import { scrape, scrapeUntil } from '../support/scrape.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { HELD } from './held-stream.ts';
import { type Talk, talkTo } from './talk.ts';

const LIMITS = { HEAD_TIMEOUT_MS: '400', MAX_HEAD_BYTES: '2048', IDLE_CONNECTION_MS: '300', MAX_CONNECTIONS: '3' };
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const BEGINNING = HELD.slice(0, HELD.indexOf('\n\n') + 2);
const KEY = 'weir-key';
const STREAM = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };
const WHOLE =
  '{"id":"whole","model":"m","choices":[{"finish_reason":"stop","message":{}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}';

let weir: Weir;
let provider: Provider;
let gateway: Gateway;
const talks: Talk[] = [];

beforeAll(async () => {
  [weir, provider] = await Promise.all([openWeir('Postgres'), startProvider()]);
  gateway = await weir.startGateway({
    UPSTREAM_URL: provider.url,
    UPSTREAM_API_KEY: 'sk-of-the-gateway',
    GATEWAY_KEYS: KEY,
    MAX_BODY_BYTES: '5000',
    CALLER_MAY_ABORT: 'on',
  });
});

afterAll(async () => {
  for (const { socket } of talks) socket.destroy();
  await provider.close();
  await weir.close();
});

describe('a connection', () => {
  let narrow: Gateway;
  beforeAll(async () => {
    narrow = await weir.startGateway({ UPSTREAM_URL: provider.url, ...LIMITS });
  });

  test.each([
    ['that says nothing', ''],
    ['that does not finish its head', 'GET /healthz HTTP/1.1\r\nhost: h\r\nx'],
    ['that does not finish the head of its second request', 'GET /healthz HTTP/1.1\r\nhost: h\r\n\r\nGET /'],
  ])('%s is told 408 after HEAD_TIMEOUT_MS, and closed', async (_what, said) => {
    const begun = performance.now();
    const text = await talk(said, narrow).closed;
    expect(text).toMatch(/HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n\r\n$/);
    expect(performance.now() - begun).toBeGreaterThan(390);
  });

  test('with a head over MAX_HEAD_BYTES is told 431, and one below is served', async () => {
    const head = (bytes: number) =>
      `GET /healthz HTTP/1.1\r\nhost: h\r\nconnection: close\r\nx: ${'x'.repeat(bytes)}\r\n\r\n`;
    expect(await talk(head(1900), narrow).closed).toMatch(/^HTTP\/1\.1 200 /);
    expect(await talk(head(2100), narrow).closed).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('that is idle for IDLE_CONNECTION_MS is closed, with nothing said', async () => {
    const text = await talk('GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n', narrow).closed;
    expect(text).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nok\n$/s);
  });

  test('beyond MAX_CONNECTIONS is closed at once and counted, and the next is served when one has left', async () => {
    const roomy = await weir.startGateway({ UPSTREAM_URL: provider.url, MAX_CONNECTIONS: '3' });
    const held = [1, 2, 3].map(() => talk('GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n', roomy));
    await Promise.all(held.map(({ heard }) => heard('ok\n')));
    expect(await talk('GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n', roomy).closed).toBe('');
    const full = await scrape(roomy.process);
    expect(full.value('weir_connections_open')).toBe(3);
    expect(full.value('weir_connections_refused_total')).toBe(1);
    held[0]?.socket.destroy();
    await scrapeUntil(roomy.process, ({ value }) => value('weir_connections_open') === 2);
    await talk('GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n', roomy).heard('ok\n');
  });

  test('is limited in each of WEB_CONCURRENCY processes', async () => {
    const many = await weir.startGateway({ UPSTREAM_URL: provider.url, WEB_CONCURRENCY: '2', ...LIMITS });
    const texts = await Promise.all([1, 2].map(() => talk('GET /', many).closed));
    for (const text of texts) expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(await talk(`GET /${'x'.repeat(2100)} HTTP/1.1\r\nhost: h\r\n\r\n`, many).closed).toMatch(/^HTTP\/1\.1 431 /);
  });

  test.each([
    ['GET /healthz', 200],
    ['GET /readyz', 200],
    ['POST /healthz', 404],
    ['POST /nowhere', 404],
    ['GET /v1/chat/completions', 401],
    ['POST /v1/chat/completions', 401],
  ])('is closed soon after %s, where it never ends a body that nobody reads', async (line, status) => {
    const { socket, closed } = talk(`${line} HTTP/1.1\r\nhost: h\r\ncontent-length: 100000\r\n\r\nx`);
    const dripping = setInterval(() => socket.write('x'), 100);
    const text = await closed;
    clearInterval(dripping);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*^connection: close\r\n`, 'ims'));
  });

  test('is kept after an answer whose request had no body', async () => {
    const { socket, heard } = talk('GET /nowhere HTTP/1.1\r\nhost: h\r\n\r\n');
    await heard('not_found');
    socket.write('GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n');
    await heard('ok\n');
  });
});

describe('Expect: 100-continue', () => {
  const body = JSON.stringify({ model: 'm', messages: [] });
  const head = (length: number, more: string, expectation = '100-continue') =>
    `POST /v1/chat/completions HTTP/1.1\r\nhost: h\r\ncontent-length: ${length}\r\nexpect: ${expectation}\r\n${more}\r\n`;
  const key = `authorization: Bearer ${KEY}\r\n`;

  test.each([
    ['a wrong key', head(50, 'authorization: Bearer wrong\r\n'), 401],
    ['a body that is too large', head(5001, key), 413],
    ['a body that nobody can unpack', head(50, `${key}content-encoding: x-rot13\r\n`), 415],
    ['another expectation', head(50, key, '200-ok'), 417],
  ])('is not answered with 100 where the request is refused anyway: %s', async (_what, said, status) => {
    const asked = provider.asked.length;
    expect(await talk(said).closed).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(provider.asked.length).toBe(asked);
  });

  test('is answered with 100 where the body is wanted, and then with the answer', async () => {
    provider.answer({ headers: JSON_TYPE, pieces: [WHOLE] });
    const { socket, heard } = talk(head(Buffer.byteLength(body), key));
    expect(await heard(CONTINUE)).toBe(CONTINUE);
    socket.write(body);
    const text = await heard(WHOLE);
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(await weir.rows.of(idIn(text))).toMatchObject({ status: 'ok' });
  });
});

describe('a client that closes its sending side after the request', () => {
  test('gets all of its stream, and the row says so', async () => {
    const more = Promise.withResolvers<void>();
    provider.answer({ headers: STREAM, pieces: [BEGINNING, () => more.promise, HELD.slice(BEGINNING.length)] });
    const { socket, heard, closed } = talk(chat({ stream: true }));
    await heard(BEGINNING);
    socket.end();
    await heard(`${BEGINNING}\r\n0`); // the probe
    more.resolve();
    const text = await closed;
    expect(bodyOf(text)).toBe(HELD);
    expect(await weir.rows.of(idIn(text))).toMatchObject({ status: 'ok', bytes_delivered: String(HELD.length) });
  });

  test.each([
    ['its answer that is no stream', { stream: false }, JSON_TYPE, WHOLE],
    ['its stream', { stream: true }, STREAM, HELD],
  ])('even together with it, gets %s', async (_what, asking, headers, answer) => {
    const more = Promise.withResolvers<void>();
    provider.answer({ before: () => more.promise, headers, pieces: [answer] });
    const { socket, heard, closed } = talk();
    socket.end(chat(asking));
    await heard(CONTINUE); // the probe
    more.resolve();
    const text = await closed;
    expect(text).toMatch(/^(HTTP\/1\.1 100 Continue\r\n\r\n)+HTTP\/1\.1 200 /);
    expect(bodyOf(text)).toBe(answer);
    expect(await weir.rows.of(idIn(text))).toMatchObject({ status: 'ok', reason: null });
  });

  test('gets what is not metered, too', async () => {
    provider.answer({ headers: JSON_TYPE, pieces: [WHOLE] });
    const { socket, closed } = talk();
    socket.end(`GET /v1/models HTTP/1.1\r\nhost: h\r\nauthorization: Bearer ${KEY}\r\n\r\n`);
    expect(bodyOf(await closed)).toBe(WHOLE);
  });
});

describe('a client that leaves without a reset is noticed, though nothing is sent', () => {
  const cut = { status: 'aborted', reason: 'drain_refused', drained: false };

  test('before its answer: upstream is cut, where it is to be', async () => {
    const silence = Promise.withResolvers<void>();
    provider.answer({ before: () => silence.promise, headers: JSON_TYPE, pieces: [WHOLE] });
    const asked = provider.nextAsked();
    const { socket } = talk(chat({ stream: false }, 'x-weir-on-disconnect: abort\r\nx-request-id: left-1\r\n'));
    await asked;
    socket.destroy();
    expect(await rowOfCaller('left-1')).toMatchObject({ ...cut, http_status: 499 });
    silence.resolve();
  });

  test('in its stream: upstream is cut, where it is to be', async () => {
    const silence = Promise.withResolvers<void>();
    provider.answer({ headers: STREAM, pieces: [BEGINNING, () => silence.promise, HELD.slice(BEGINNING.length)] });
    const { socket, heard } = talk(chat({ stream: true }, 'x-weir-on-disconnect: abort\r\n'));
    const text = await heard(BEGINNING);
    socket.destroy();
    expect(await weir.rows.of(idIn(text))).toMatchObject({ ...cut, http_status: 200 });
    silence.resolve();
  });
});

describe('what two servers would read in two ways is refused, and its connection closed', () => {
  const key = `authorization: Bearer ${KEY}\r\n`;
  const post = (headers: string) => `POST /v1/chat/completions HTTP/1.1\r\nhost: h\r\n${key}${headers}\r\n`;
  test.each([
    ['HTTP/0.9', `GET /v1/models HTTP/0.9\r\nhost: h\r\n${key}\r\n`, 505, 'unsupported_version'],
    ['two hosts', `GET /v1/models HTTP/1.1\r\nhost: h\r\n${key}Host: other\r\n\r\n`, 400, 'invalid_request'],
    ['two equal hosts', `GET /v1/models HTTP/1.1\r\nhost: h\r\n${key}HOST: h\r\n\r\n`, 400, 'invalid_request'],
    [
      'identity, then chunked',
      `${post('transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n')}0\r\n\r\n`,
      400,
      'invalid_request',
    ],
    ['identity, chunked', `${post('transfer-encoding: identity, chunked\r\n')}0\r\n\r\n`, 400, 'invalid_request'],
    ['gzip, chunked', `${post('transfer-encoding: gzip, chunked\r\n')}0\r\n\r\n`, 400, 'invalid_request'],
  ])('%s', async (_what, said, status, code) => {
    const [asked, before] = [provider.asked.length, await scrape(gateway.process)];
    const text = await talk(said).closed;
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*"code":"${code}"`, 's'));
    expect(text).toMatch(/^connection: close\r$/im);
    expect(provider.asked.length).toBe(asked);
    const after = await scrape(gateway.process);
    const refused = (scraped: typeof after) => scraped.value('weir_refusals_total', { code }) ?? 0;
    expect(refused(after)).toBe(refused(before) + 1);
    expect((await weir.rows.all()).map((row) => row['id'])).not.toContain(idIn(text));
  });

  test('and chunked alone is read, in whatever case', async () => {
    provider.answer({ headers: JSON_TYPE, pieces: [WHOLE] });
    const body = JSON.stringify({ model: 'm' });
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const text = await talk(post('connection: close\r\nTransfer-Encoding: Chunked\r\n') + chunk).closed;
    expect(await weir.rows.of(idIn(text))).toMatchObject({ status: 'ok' });
  });
});

describe('what a caller calls its request', () => {
  test('is read as UTF-8, and goes upstream byte for byte', async () => {
    provider.answer({ headers: JSON_TYPE, pieces: [WHOLE] });
    const sent = Buffer.from('réq-苹果').toString('latin1');
    const text = await talk(chat({}, `connection: close\r\nx-request-id: ${sent}\r\nx-weir-user: ${sent}\r\n`)).closed;
    expect(provider.asked.at(-1)?.headers['x-request-id']).toBe(sent);
    expect(await weir.rows.of(idIn(text))).toMatchObject({ caller_request_id: 'réq-苹果', user: 'réq-苹果' });
  });

  test.each([
    ['x-weir-chat-id', 512],
    ['x-weir-message-id', 512],
    ['x-weir-user', 512],
    ['x-request-id', 512],
    ['x-weir-tags', 8192],
  ])('%s is kept whole up to %d characters, and refused beyond', async (name, limit) => {
    provider.answer({ headers: JSON_TYPE, pieces: [WHOLE] });
    const value = name === 'x-weir-tags' ? 'a=' : '';
    const named = (length: number) =>
      talk(chat({}, `connection: close\r\n${name}: ${value.padEnd(length, 'x')}\r\n`)).closed;
    const kept = JSON.stringify(await weir.rows.of(idIn(await named(limit))));
    expect(kept).toContain('x'.repeat(limit - value.length));
    const asked = provider.asked.length;
    const refusal = await named(limit + 1);
    expect(refusal).toMatch(/^HTTP\/1\.1 400 /);
    expect(refusal).toContain(`\`${name}\` must not be longer than ${limit} characters.`);
    expect(provider.asked.length).toBe(asked);
    expect((await weir.rows.all()).map((row) => row['id'])).not.toContain(idIn(refusal));
  });
});

function talk(said = '', { url } = gateway): Talk {
  const begun = talkTo(url, said);
  talks.push(begun);
  return begun;
}

function chat(asking: object, headers = ''): string {
  const body = JSON.stringify({ model: 'm', messages: [], ...asking });
  return (
    `POST /v1/chat/completions HTTP/1.1\r\nhost: h\r\nauthorization: Bearer ${KEY}\r\n${headers}` +
    `content-length: ${body.length}\r\n\r\n${body}`
  );
}

/** For one whose client never learned its id. */
async function rowOfCaller(name: string) {
  await gateway.process.logged('completion.settled', 'drain_refused');
  for (;;) {
    const row = (await weir.rows.all()).find((one) => one['caller_request_id'] === name);
    if (row !== undefined) return row;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const idIn = (text: string): string => /x-weir-request-id: ([\w-]+)/.exec(text)?.[1] as string;

/** Of the final answer, its chunks put together, each of whose sizes may have zeros in front. */
function bodyOf(text: string): string {
  const answer = text.slice(text.search(/HTTP\/1\.1 [2-5]/));
  let rest = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  if (!/^transfer-encoding: chunked\r$/im.test(answer)) return rest;
  for (let body = ''; ; ) {
    const [line, size = ''] = /^([0-9a-f]+)\r\n/.exec(rest) ?? [];
    if (line === undefined) throw new Error(`There should be a chunk here: ${rest}`);
    const length = Number.parseInt(size, 16);
    if (length === 0) return body;
    body += rest.slice(line.length, line.length + length);
    rest = rest.slice(line.length + length + 2);
  }
}
