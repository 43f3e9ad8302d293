// Gateways behind the real nginx, with the configuration that infra/nginx ships: nothing is held up on the way, nothing
// is asked twice, and whoever leaves is noticed.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../infra/local/ports.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { NO_DATABASE } from '../support/queue-servers.ts';
import { askRaw, sendRaw } from '../support/raw-http.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { type Nginx, nginxMissing, startNginx } from './nginx.ts';
import { startDying, startSpeaker } from './nginx-neighbours.ts';

const MAX_BODY_BYTES = 52_428_800;
const READ = { status: 'ok', input_tokens: 5, output_tokens: 2, usage_source: 'reported' };
const LEFT = { status: 'aborted', reason: 'client_disconnected' };
const USAGE = '"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}';
const WHOLE = `{"id":"c-1","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],${USAGE}}`;

const name = nginxMissing === undefined ? 'behind nginx' : `behind nginx (SKIPPED: ${nginxMissing})`;

(nginxMissing !== undefined || NO_DATABASE ? describe.skip : describe)(name, () => {
  let weir: Weir;
  let provider: Provider;
  let gateway: Gateway;
  const fronts: Nginx[] = [];

  beforeAll(async () => {
    weir = await openWeir('Postgres');
    provider = await startProvider();
    provider.answer({ pieces: [WHOLE], headers: { 'content-type': 'application/json' } });
    gateway = await weir.startGateway({ UPSTREAM_URL: provider.url });
  });

  afterAll(async () => {
    for (const front of fronts) await front.stop();
    await provider.close();
    await weir.close();
  });

  test('each frame of a stream arrives before the provider sends the next, and all of them byte for byte', async () => {
    const said = ['a', 'é', 'c'].map((text) => frame(`"choices":[{"index":0,"delta":{"content":"${text}"}}]`));
    const finish = frame('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]');
    const end = `${finish}${frame(`"choices":[],${USAGE}`)}data: [DONE]\n\n`;
    const speaker = await startSpeaker();
    const front = await inFrontOf(await weir.startGateway({ UPSTREAM_URL: speaker.url }));

    const read = readerOf(sendRaw({ url: chatAt(front), body: scripted('m') }));
    const answer = await speaker.asked;
    for (const one of said) {
      answer.write(one);
      await read.until(one);
    }
    answer.end(end);
    const whole = await read.toEnd();
    expect(unchunked(whole)).toBe(said.join('') + end);
    expect(whole).toMatch(/x-accel-buffering: no/i);
    expect(await weir.rows.of(idIn(whole))).toMatchObject(READ);
    await speaker.close();
  });

  test('the largest body that the gateway takes passes, and a larger one is refused by the gateway', async () => {
    const front = await inFrontOf(gateway);
    const body = bodyOf(MAX_BODY_BYTES);
    const passed = await askRaw({ url: chatAt(front), body });
    expect(passed).toMatchObject({ text: WHOLE, ended: 'complete' });
    expect(provider.asked.at(-1)?.body === body).toBe(true);
    expect(await weir.rows.of(idIn(passed.head))).toMatchObject(READ);

    const refused = await askRaw({ url: chatAt(front), body: bodyOf(MAX_BODY_BYTES + 1) });
    expect(refused.head).toMatch(/^HTTP\/1.1 413 /);
    expect(JSON.parse(refused.text)).toMatchObject({ error: { code: 'request_too_large' } });
    expect(idIn(refused.head)).toMatch(/^[\w-]{36}$/);
  });

  test('a client that leaves in the middle of a stream is noticed, and the provider is read to its end', async () => {
    const front = await inFrontOf(await weir.startGateway());
    const left = await askRaw({ url: chatAt(front), body: scripted('sim:tokens=100,every=10,input=7') }, '"content":"');
    const row = await weir.rows.of(idIn(left.head));
    expect(row).toMatchObject({ ...LEFT, drained: true, output_tokens: 100 });
    expect(Number(row['frames_delivered'])).toBeLessThan(Number(row['frames']));
  });

  test('a client that leaves while nothing is said yet is noticed at once', async () => {
    const listening = await weir.startGateway({ LOG_LEVEL: 'debug' });
    const front = await inFrontOf(listening);
    const socket = sendRaw({ url: chatAt(front), body: scripted('sim:headers=2000,tokens=3') });
    const opened = await listening.process.logged('exchange.opened');
    socket.destroy();
    const row = await weir.rows.of(String(opened['request_id']));
    expect(row).toMatchObject({ ...LEFT, http_status: 499, frames_delivered: 0 });
  });

  test('a client that takes nothing holds the gateway back, and not nginx’ disk', async () => {
    const front = await inFrontOf(await weir.startGateway({ CLIENT_STALL_MS: '500' }));
    // 160 MB: twice what the kernel's own buffers on the way can grow to.
    const socket = sendRaw({ url: chatAt(front), body: scripted('sim:tokens=8000,size=20000,every=0') });
    const [head] = await once(socket, 'data');
    socket.pause();
    const row = await weir.rows.of(idIn(String(head)));
    expect(row).toMatchObject({ status: 'aborted', reason: 'client_stalled', output_tokens: 8000 });
    expect(Number(row['bytes_delivered'])).toBeLessThan(Number(row['bytes']) / 2);
    socket.destroy();
  });

  test('while a gateway is away the other one answers for it, and no log holds the key of a URL', async () => {
    const front = await inFrontOf({ url: `http://127.0.0.1:${await freePort()}` }, gateway);
    const before = provider.asked.length;
    const url = new URL('/v1beta/models/m:generateContent?key=of-the-caller', front.url);
    for (let n = 0; n < 8; n += 1) expect((await askRaw({ url, body: {} })).head).toMatch(/^HTTP\/1.1 200 /);
    expect(provider.asked.length - before).toBe(8);
    const logs = await front.logs();
    expect(logs).toMatch(/"gateway_status":"502, 200"/); // the one that is away was asked first
    expect(logs).not.toContain('of-the-caller');
  });

  test.each(['POST', 'GET'])('a %s that a gateway died of is not asked again', async (method) => {
    const dying = await startDying();
    const front = await inFrontOf(dying, gateway);
    const before = provider.asked.length;
    const statuses: number[] = [];
    while (dying.asked.length === 0) statuses.push(await statusOf(method, front));
    expect(statuses.filter((status) => status === 502)).toHaveLength(1);
    expect(dying.asked.length + provider.asked.length - before).toBe(statuses.length);
    await dying.close();
  });

  test('where no gateway answers, the client is told in a shape that SDKs read', async () => {
    const front = await inFrontOf({ url: `http://127.0.0.1:${await freePort()}` });
    const answer = await askRaw({ url: chatAt(front), body: {} });
    expect(answer.head).toMatch(/^HTTP\/1.1 502 /);
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'error', error: { code: 502, status: 'UNAVAILABLE' } });
  });

  test('/readyz is a gateway’s, /healthz is its own, and /metrics is nobody’s', async () => {
    const front = await inFrontOf(gateway);
    const statuses = ['/readyz', '/healthz', '/metrics'].map(async (path) => (await fetch(front.url + path)).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 404]);
  });

  async function inFrontOf(...gateways: readonly { url: string }[]): Promise<Nginx> {
    const front = await startNginx({ gateways: gateways.map(({ url }) => url) });
    fronts.push(front);
    return front;
  }
});

const chatAt = ({ url }: Nginx): URL => new URL('/v1/chat/completions', url);

const scripted = (model: string) => ({ model, stream: true, messages: [] });

const frame = (members: string): string => `data: {"id":"c-1",${members}}\n\n`;

const idIn = (head: string): string => /x-weir-request-id: ([\w-]+)/i.exec(head)?.[1] as string;

function bodyOf(bytes: number): string {
  const [head, tail] = ['{"model":"m","messages":[{"role":"user","content":"', '"}]}'];
  return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
}

/** Of a call that is metered, and has no body where it is a GET. */
async function statusOf(method: string, { url }: Nginx): Promise<number> {
  const path = method === 'GET' ? '/v1/responses/r-1?stream=true' : '/v1/responses';
  const body = method === 'GET' ? {} : { body: '{"model":"m"}', headers: { 'content-type': 'application/json' } };
  const answer = await fetch(url + path, { method, ...body });
  await answer.arrayBuffer();
  return answer.status;
}

function readerOf(socket: Socket): { until(mark: string): Promise<void>; toEnd(): Promise<string> } {
  const reads: Buffer[] = [];
  const text = () => Buffer.concat(reads).toString();
  const ended = once(
    socket.on('data', (bytes) => reads.push(bytes)),
    'close',
  );
  const until = async (mark: string) => {
    while (!text().includes(mark)) await once(socket, 'data');
  };
  return { until, toEnd: () => ended.then(text) };
}

/** No frame here holds what looks like the size of a chunk. */
const unchunked = (answer: string): string =>
  answer.slice(answer.indexOf('\r\n\r\n') + 4).replaceAll(/(?:^|\r\n)[0-9a-f]+\r\n(?:\r\n$)?/g, '');
