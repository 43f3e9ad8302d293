// What a web page can make the browser of somebody at this machine send to a gateway that has no keys: real pages in a real
// Chromium, and the provider that is to hear of none of it. And the pages that the operator wants to ask.

import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Provider, startProvider } from '../support/provider.ts';
import { type Scrape, scrape } from '../support/scrape.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { chromiumMissing, show } from './chromium.ts';
import { talkTo } from './talk.ts';

const CHAT = '/v1/chat/completions';
const ASKING = JSON.stringify({ model: 'm', messages: [] });
const ANSWER =
  '{"id":"c","model":"m","choices":[{"finish_reason":"stop","message":{}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}';
const MAY_ASK = 'http://app.test';

let weir: Weir;
let provider: Provider;
let gateway: Gateway;
let withKeys: Gateway;
const servers: Server[] = [];

beforeAll(async () => {
  [weir, provider] = await Promise.all([openWeir('Postgres'), startProvider()]);
  const contradicting = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'x-theirs' };
  provider.answer({ pieces: [ANSWER], headers: { 'content-type': 'application/json', ...contradicting } });
  const { port } = await listening(createServer());
  servers[0]?.close();
  pagesPort = port;
  const env = { UPSTREAM_URL: provider.url, UPSTREAM_API_KEY: 'sk-of-ours', CORS_ORIGINS: `${MAY_ASK}:${port}` };
  [gateway, withKeys] = await Promise.all([weir.startGateway(env), weir.startGateway({ ...env, GATEWAY_KEYS: 'key' })]);
});

afterAll(async () => {
  for (const server of servers) server.close();
  await provider.close();
  await weir.close();
});

/** Where pages are served, under any name; known before the gateways start, since an origin has its port. */
let pagesPort = 0;

async function listening(server: Server, port = 0): Promise<AddressInfo> {
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server.address() as AddressInfo;
}

const refusedIn = ({ value }: Scrape, code: string) => value('weir_refusals_total', { code }) ?? 0;

describe('over a bare socket', () => {
  const post = (headers: string, { url } = gateway) =>
    talkTo(url, `POST ${CHAT} HTTP/1.1\r\nconnection: close\r\n${headers}content-length: 5000\r\n\r\n{`);
  const host = 'host: 127.0.0.1\r\n';
  const type = 'content-type: application/json\r\n';

  test.each([
    ['of another origin', `${host}${type}origin: https://evil.example\r\n`, 403, 'origin_not_allowed'],
    ['of no origin that has a name', `${host}${type}origin: null\r\n`, 403, 'origin_not_allowed'],
    ['of another site', `${host}${type}sec-fetch-site: cross-site\r\n`, 403, 'origin_not_allowed'],
    ['of another port of this machine', `${host}${type}sec-fetch-site: same-site\r\n`, 403, 'origin_not_allowed'],
    ['to another name', `host: evil.example:8080\r\n${type}`, 403, 'host_not_allowed'],
    ['of plain text', `${host}content-type: text/plain\r\n`, 415, 'unsupported_media_type'],
    ['of a form', `${host}content-type: application/x-www-form-urlencoded\r\n`, 415, 'unsupported_media_type'],
    ['of no type', host, 415, 'unsupported_media_type'],
  ])('a request %s is refused before its body is read, and counted', async (_what, headers, status, code) => {
    const [asked, before] = [provider.asked.length, await scrape(gateway.process)];
    const text = await post(headers).heard(code);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).not.toMatch(/access-control/i);
    expect(provider.asked.length).toBe(asked);
    expect(refusedIn(await scrape(gateway.process), code)).toBe(refusedIn(before, code) + 1);
  });

  test('a preflight of another origin gets nothing that allows it', async () => {
    const preflight = `${host}origin: https://evil.example\r\naccess-control-request-method: POST\r\n`;
    const text = await talkTo(gateway.url, `OPTIONS ${CHAT} HTTP/1.1\r\nconnection: close\r\n${preflight}\r\n`).closed;
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
    expect(text).not.toMatch(/access-control/i);
  });

  test('with keys, who has one is served, wherever it comes from, and however it names body and host', async () => {
    const headers = `host: weir.example\r\nx-weir-key: key\r\norigin: https://evil.example\r\ncontent-length: ${ASKING.length}\r\n`;
    const head = `POST ${CHAT} HTTP/1.1\r\nconnection: close\r\n${headers}\r\n`;
    const text = await talkTo(withKeys.url, head + ASKING).closed;
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).not.toMatch(/access-control/i);
  });

  test('names that the operator adds are the gateway’s own', async () => {
    const named = await weir.startGateway({ UPSTREAM_URL: provider.url, PUBLIC_HOSTS: 'weir.internal' });
    const models = (name: string) =>
      talkTo(named.url, `GET /v1/models HTTP/1.1\r\nhost: ${name}\r\nconnection: close\r\n\r\n`).closed;
    expect(await models('weir.internal:80')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await models('other.internal:80')).toMatch(/^HTTP\/1\.1 403 .*PUBLIC_HOSTS/s);
  });
});

const name = chromiumMissing === undefined ? 'in Chromium' : `in Chromium (SKIPPED: ${chromiumMissing})`;

(chromiumMissing === undefined ? describe : describe.skip)(name, () => {
  test('a page of another origin spends nothing, in whatever way it asks', async () => {
    const asked = provider.asked.length;
    const at = `${gateway.url}${CHAT}`;
    const told = await report(
      'evil.test',
      `
      const asking = ${JSON.stringify(ASKING)};
      const post = (how) => fetch(${JSON.stringify(at)}, { method: 'POST', body: asking, ...how }).then((a) => a.type, (e) => e.name);
      const noCors = await post({ mode: 'no-cors' });
      const noType = await post({ mode: 'no-cors', body: new Blob([asking]) });
      const noReferrer = await post({ mode: 'no-cors', referrerPolicy: 'no-referrer' });
      const preflighted = await post({ headers: { 'content-type': 'application/json' } });
      const beacon = navigator.sendBeacon(${JSON.stringify(at)}, asking);
      const image = new Image();
      const loaded = new Promise((resolve) => { image.onload = image.onerror = (event) => resolve(event.type); });
      image.src = ${JSON.stringify(`${gateway.url}/v1/models`)};
      const frame = Object.assign(document.createElement('iframe'), { name: 'f' });
      const form = Object.assign(document.createElement('form'), { method: 'POST', action: ${JSON.stringify(at)}, enctype: 'text/plain', target: 'f' });
      form.append(Object.assign(document.createElement('input'), { name: '{"model":"m","x":"', value: '"}' }));
      document.body.append(frame, form);
      const submitted = new Promise((resolve) => { frame.onload = () => resolve('submitted'); });
      form.submit();
      return { noCors, noType, noReferrer, preflighted, beacon, image: await loaded, form: await submitted };
    `,
    );
    // To the page, what it may not read has been sent; it was not served.
    expect(told).toMatchObject({ noCors: 'opaque', noType: 'opaque', preflighted: 'TypeError', image: 'error' });
    expect(told).toMatchObject({ noReferrer: 'opaque', beacon: true, form: 'submitted' });
    expect(provider.asked.length).toBe(asked);
    expect(refusedIn(await scrape(gateway.process), 'origin_not_allowed')).toBeGreaterThanOrEqual(7);
  });

  test('a page whose name is made to point to the gateway after it was loaded is not served', async () => {
    const asked = provider.asked.length;
    const { port, loaded } = await rebinding();
    const told = await report(
      'rebound.test',
      `
      const status = (path, how) => fetch(path, how).then((a) => a.status, (e) => e.name);
      const headers = { 'content-type': 'application/json' };
      return {
        models: await status('/v1/models'),
        chat: await status('${CHAT}', { method: 'POST', headers, body: ${JSON.stringify(ASKING)} }),
      };
    `,
      { port, loaded },
    );
    expect(told).toEqual({ models: 403, chat: 403 });
    expect(provider.asked.length).toBe(asked);
  });

  test.each([
    ['without keys', () => gateway, {}],
    ['with keys', () => withKeys, { 'x-weir-key': 'key' }],
  ])('a page that the operator has named asks %s, reads its answer, and finds its row', async (_what, to, more) => {
    const headers = { 'content-type': 'application/json', ...more };
    const told = await report(
      'app.test',
      `
      const answer = await fetch('${to().url}${CHAT}', { method: 'POST', headers: ${JSON.stringify(headers)}, body: ${JSON.stringify(ASKING)} });
      const refused = await fetch('${to().url}${CHAT}', { method: 'POST', headers: ${JSON.stringify(headers)}, body: '[]' });
      return { text: await answer.text(), id: answer.headers.get('x-weir-request-id'), refused: refused.status };
    `,
    );
    expect(told).toMatchObject({ text: ANSWER, refused: 400 });
    expect(await weir.rows.of(String(told['id']))).toMatchObject({ status: 'ok' });
  });
});

type Told = Record<string, unknown>;

/** What a page of this name tells of the script that it ran; where nothing else is said, it is served under any name. */
async function report(
  host: string,
  script: string,
  at?: { port: number; loaded: (page: string) => void },
): Promise<Told> {
  const told = Promise.withResolvers<Told>();
  const pages = createHttpServer(async (req: IncomingMessage, res) => {
    if (req.method === 'OPTIONS') return void res.writeHead(204, ALLOWING).end();
    if (req.url === '/told') told.resolve((await json(req)) as Told);
    res.writeHead(200, { 'content-type': 'text/html', ...ALLOWING }).end(req.url === '/' ? page : '');
  });
  const { port } = await listening(pages, at === undefined ? pagesPort : 0);
  const page = `<!doctype html><body><script type="module">
    const run = async () => {${script}};
    const told = await run().catch((error) => ({ error: String(error) }));
    await fetch('http://127.0.0.1:${port}/told', { method: 'POST', mode: 'no-cors', body: JSON.stringify(told) });
  </script>`;
  at?.loaded(page);
  const shown = await show(`http://${host}:${at?.port ?? port}/`, told.promise);
  pages.closeAllConnections();
  await new Promise((resolve) => pages.close(resolve));
  return shown;
}

const ALLOWING = { 'access-control-allow-origin': '*' };

/** One port of one name: a page is behind it once, and then the gateway, byte for byte, as when DNS gives another answer. */
async function rebinding(): Promise<{ port: number; loaded: (page: string) => void }> {
  let page = '';
  let isRebound = false;
  const { hostname, port: gatewayPort } = new URL(gateway.url);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      if (!isRebound && bytes.toString().startsWith('GET / ')) {
        isRebound = true;
        const head = `HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: ${Buffer.byteLength(page)}\r\n`;
        return void socket.end(`${head}connection: close\r\n\r\n${page}`);
      }
      const onward = connect(Number(gatewayPort), hostname).on('error', () => undefined);
      onward.write(bytes);
      socket.pipe(onward).pipe(socket);
    });
  });
  const { port } = await listening(server);
  return {
    port,
    loaded: (text) => {
      page = text;
    },
  };
}
