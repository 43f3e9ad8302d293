// How much is let in: what comes beyond MAX_STREAMS is turned away, what is left behind beyond MAX_DRAINS is cut, and
// nobody waits for long for an answer that nobody wants.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Provider, startProvider } from '../support/provider.ts';
import { sendAndLeave, sendRaw } from '../support/raw-http.ts';
import { type Scrape, scrape, scrapeUntil } from '../support/scrape.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { HELD, type HeldStream, holdStream } from './held-stream.ts';

const MAX_STREAMS = 3;
const KEY = 'weir-key';
const KEY_LINE = `x-weir-key: ${KEY}\r\n`;
const chat = '/v1/chat/completions';
const message = expect.stringMatching(/at its limit of open streams/);

let weir: Weir;
let provider: Provider;
let directory: string;
let gateway: Gateway;
const held: HeldStream[] = [];

beforeAll(async () => {
  [weir, provider] = await Promise.all([openWeir('Postgres'), startProvider()]);
  directory = await mkdtemp(join(tmpdir(), 'weir-overload-'));
  const config = join(directory, 'weir.yaml');
  await writeFile(
    config,
    `upstreams:
  provider: { url: "${provider.url}" }
  paid: { url: "${provider.url}", api_key: sk-of-the-gateway }
  nobody: { url: "http://127.0.0.1:1/v1" }
models:
  - { match: held, upstream: provider }
  - { match: "gemini-*", upstream: provider }
  - { match: paid, upstream: paid }
  - { match: nobody, upstream: nobody }`,
  );
  gateway = await weir.startGateway({
    WEIR_CONFIG: config,
    GATEWAY_KEYS: KEY,
    MAX_STREAMS: String(MAX_STREAMS),
    MAX_DRAINS: '1',
  });
});

afterAll(async () => {
  await provider.close();
  await weir.close();
  await rm(directory, { recursive: true });
});

afterEach(async () => {
  for (const stream of held.splice(0)) stream.letGo();
  await scrapeUntil(gateway.process, ({ value }) => value('weir_exchanges_open') === 0);
});

describe('while as many streams are open as may be', () => {
  test.each<[api: string, path: string, refusal: object]>([
    ['OpenAI', chat, { error: { message, type: 'server_error', param: null, code: 'too_many_streams' } }],
    ['Anthropic', '/v1/messages', { type: 'error', error: { type: 'overloaded_error', message } }],
    [
      'Gemini',
      '/v1beta/models/gemini-x:streamGenerateContent?alt=sse',
      { error: { code: 503, message, status: 'UNAVAILABLE' } },
    ],
  ])('the next is turned away in the shape of %s, and leaves no row', async (_api, path, refusal) => {
    const streams = await hold(MAX_STREAMS);
    const [before, asked] = [await scrape(gateway.process), provider.asked.length];
    const answer = await post(path, { model: 'held', stream: true });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toEqual(refusal);
    expect(provider.asked.length).toBe(asked);
    const after = await scrape(gateway.process);
    const [refused, opened] = ['weir_refusals_total', 'weir_openings_total'];
    const code = { code: 'too_many_streams' };
    expect(after.value(refused, code)).toBe((before.value(refused, code) ?? 0) + 1);
    expect(after.value(opened)).toBe(before.value(opened));
    streams[0]?.letGo();
    await weir.rows.of(streams[0]?.id ?? '');
    const ids = (await weir.rows.all()).map((row) => row['id']);
    expect(ids).not.toContain(answer.headers.get('x-weir-request-id'));
  });

  test('what is not metered is served all the same', async () => {
    await hold(MAX_STREAMS);
    provider.answer({ pieces: ['{"data":[]}'], headers: { 'content-type': 'application/json' } });
    expect(await (await fetch(new URL('/v1/models', gateway.url), { headers: { 'x-weir-key': KEY } })).json()).toEqual({
      data: [],
    });
  });

  test('the end of one makes room for another', async () => {
    const [first] = await hold(MAX_STREAMS);
    first?.letGo();
    expect((await first?.answer)?.text).toBe(HELD);
    await hold(1);
  });

  test('one whose client has left is still one, until its upstream has ended', async () => {
    const [left] = (await hold(MAX_STREAMS)) as [HeldStream];
    await leaveToDrain(left);
    expect((await post(chat, { model: 'held' })).status).toBe(503);
    left.letGo();
    expect(await weir.rows.of(left.id)).toMatchObject({ reason: 'client_disconnected', drained: true });
    await scrapeUntil(gateway.process, ({ value }) => value('weir_exchanges_open') === MAX_STREAMS - 1);
    await hold(1);
  });
});

describe('no place is kept by', () => {
  test.each<[what: string, body: object, status: number, key: string]>([
    ['a model that nobody serves', { model: 'unknown' }, 404, KEY],
    ['a caller without a key', { model: 'paid' }, 401, ''],
    ['a request that cannot be read', {}, 400, KEY],
    ['an upstream that cannot be reached', { model: 'nobody', stream: true }, 502, KEY],
  ])('%s', async (_what, body, status, key) => {
    await hold(MAX_STREAMS - 1);
    for (let time = 0; time < 2; time += 1) {
      const answer = await post(chat, body, key);
      expect([answer.status, await answer.json()]).toEqual([status, { error: expect.anything() }]);
    }
    await hold(1);
  });

  test('a client that left before its upstream was asked', async () => {
    await hold(MAX_STREAMS - 1);
    provider.answer({ pieces: [HELD] });
    let over = await scrape(gateway.process);
    const withdrawn = withdrawnIn(over);
    // Who was noticed to have left only when upstream was asked was a stream, which is over as soon.
    while (withdrawnIn(over) < withdrawn + 2) over = await leaveAtOnce(over);
    await hold(1);
  });

  const withdrawnIn = ({ value }: Scrape) => value('weir_withdrawals_total') ?? 0;
  const overIn = (scraped: Scrape) => withdrawnIn(scraped) + (scraped.value('weir_closings_total') ?? 0);

  async function leaveAtOnce(before: Scrape): Promise<Scrape> {
    const body = { model: 'held', stream: true };
    await sendAndLeave({ url: new URL(chat, gateway.url), body, headers: KEY_LINE });
    return scrapeUntil(gateway.process, (after) => overIn(after) > overIn(before));
  }
});

describe('what a client has left behind', () => {
  test('is cut where as much is read on as may be', async () => {
    const [first, second, third] = (await hold(3)) as [HeldStream, HeldStream, HeldStream];
    await leaveToDrain(first);
    second.leave();
    expect(await weir.rows.of(second.id)).toMatchObject({
      status: 'aborted',
      reason: 'drain_refused',
      drained: false,
      usage_source: 'none',
    });
    const readOn = { status: 'aborted', reason: 'client_disconnected', drained: true, usage_source: 'reported' };
    first.letGo();
    expect(await weir.rows.of(first.id)).toMatchObject(readOn);
    await leaveToDrain(third);
    third.letGo();
    expect(await weir.rows.of(third.id)).toMatchObject(readOn);
  });

  test('before it was answered is given up DRAIN_TIMEOUT_MS later, and not HEADERS_TIMEOUT_MS', async () => {
    const [drainMs, headersMs] = [400, 20_000];
    const hasty = await weir.startGateway({
      UPSTREAM_URL: provider.url,
      DRAIN_TIMEOUT_MS: String(drainMs),
      HEADERS_TIMEOUT_MS: String(headersMs),
    });
    const silence = Promise.withResolvers<void>();
    provider.answer({ before: () => silence.promise, pieces: [HELD] });
    const asked = provider.nextAsked();
    const socket = sendRaw({ url: new URL(chat, hasty.url), body: { model: 'held', stream: true } });
    await asked;
    await pause(200); // counted from the question, it would be over sooner
    socket.destroy();
    const { request_id } = await hasty.process.logged('completion.settled');
    const row = await weir.rows.of(String(request_id));
    expect(row).toMatchObject({
      status: 'aborted',
      reason: 'drain_timeout',
      http_status: 499,
      upstream_status: null,
      drained: true,
      usage_source: 'none',
    });
    const drainedMs = Number(row['duration_ms']) - Number(row['client_ms']);
    expect(drainedMs).toBeGreaterThan(drainMs - 5);
    expect(drainedMs).toBeLessThan(headersMs / 2);
    silence.resolve();
  });
});

async function hold(count: number): Promise<HeldStream[]> {
  for (let begun = 0; begun < count; begun += 1)
    held.push(await holdStream(provider, gateway.url, { headers: KEY_LINE }));
  return held.slice(-count);
}

/** Resolves when that was noticed. */
async function leaveToDrain(stream: HeldStream): Promise<void> {
  stream.leave();
  await scrapeUntil(gateway.process, ({ value }) => value('weir_drains_open') === 1);
}

function post(path: string, body: object, key = KEY): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-weir-key': key };
  return fetch(new URL(path, gateway.url), { method: 'POST', headers, body: JSON.stringify(body) });
}
