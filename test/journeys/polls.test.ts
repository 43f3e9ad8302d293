// A response that is made in the background is paid for once, however it is fetched: by the first that shows what it cost.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const POST = { method: 'POST', headers: JSON_TYPE };
const USAGE = { input_tokens: 1000, output_tokens: 200, total_tokens: 1200 };

const response = (id: string, status = 'queued') => ({
  id,
  model: 'gpt-4o-mini',
  background: true,
  status,
  usage: null,
});
const done = (id: string) => ({ ...response(id, 'completed'), usage: USAGE });
const event = (one: { readonly type: string; readonly response: object }) =>
  `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`;

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let gateways: readonly Gateway[];
  let count = 0;

  beforeAll(async () => {
    [weir, provider] = await Promise.all([openWeir(queueOn), startProvider()]);
    const start = (PASS_THROUGH: string) => weir.startGateway({ UPSTREAM_URL: provider.url, PASS_THROUGH });
    gateways = await Promise.all([start('safe'), start('all')]);
  });

  afterAll(async () => {
    await provider.close();
    await weir.close();
  });

  test('polls before its end leave no row; the first that shows usage leaves one with its cost, later ones cost nothing', async () => {
    const id = newId();
    await post(response(id));
    for (const status of ['queued', 'in_progress']) await poll(response(id, status));
    await poll(done(id));
    const rows = await rowsUntil(id, 2);
    expect(rows.map((row) => row['usage_source'])).toEqual(['none', 'reported']);
    expect(rows[1]).toMatchObject({
      endpoint: '/v1/responses/{id}',
      dialect: 'openai-responses',
      status: 'ok',
      streamed: false,
      model: 'gpt-4o-mini',
      input_tokens: 1000,
      output_tokens: 200,
      cost: '0.000270000000',
      tags: { background: id },
    });
    await poll(done(id), 1);
    const [, , later] = await rowsUntil(id, 3);
    expect(later).toMatchObject({ cost: null, unpriced: 'replay', tags: { background: id, replay: 'true' } });
  });

  test('many polls at once at two gateways: one of them has the cost', async () => {
    const id = newId();
    provider.answer({ pieces: [JSON.stringify(done(id))], headers: JSON_TYPE });
    await Promise.all(Array.from({ length: 12 }, (_, at) => ask(`/v1/responses/${id}`, {}, at % 2)));
    const rows = await rowsUntil(id, 12);
    expect(rows.filter((row) => row['cost'] !== null)).toHaveLength(1);
    expect(rows.filter((row) => row['unpriced'] === 'replay')).toHaveLength(11);
  });

  test('one whose own stream told its usage is not paid for again', async () => {
    const id = newId();
    const end = { type: 'response.completed', response: done(id) };
    const begin = { type: 'response.created', response: response(id) };
    provider.answer({ pieces: [event(begin), event(end)] });
    await ask('/v1/responses', { ...POST, body: '{"model":"gpt-4o-mini","stream":true,"background":true}' });
    await rowsUntil(id, 1);
    await poll(done(id));
    const rows = await rowsUntil(id, 2);
    expect(rows.map((row) => [row['cost'], row['unpriced']])).toEqual([
      ['0.000270000000', null],
      [null, 'replay'],
    ]);
  });

  describe('a caller cannot make it free by saying from where it reads', () => {
    const whole = (id: string) => [JSON.stringify(done(id))];
    const streamed = (id: string) => [
      event({ type: 'response.created', response: response(id) }),
      event({ type: 'response.completed', response: done(id) }),
    ];

    test.each([
      ['a poll', '?starting_after=0', JSON_TYPE, whole],
      ['a stream', '?stream=true&starting_after=0', {}, streamed],
      ['a stream without its beginning', '?stream=true&starting_after=9', {}, (id: string) => streamed(id).slice(1)],
    ])('%s', async (_what, query, headers, pieces) => {
      const id = newId();
      await post(response(id));
      provider.answer({ pieces: pieces(id), headers });
      await ask(`/v1/responses/${id}${query}`, { headers: { 'x-weir-tags': 'team=a' } });
      const [, first] = await rowsUntil(id, 2);
      expect(first).toMatchObject({ input_tokens: 1000, cost: '0.000270000000', tags: { team: 'a' } });
      expect(first?.['tags']).not.toHaveProperty('replay');
      await ask(`/v1/responses/${id}${query}`, {});
      const [, , later] = await rowsUntil(id, 3);
      expect(later).toMatchObject({ cost: null, unpriced: 'replay', tags: { replay: 'true' } });
    });
  });

  test('one that is cancelled has the cost of what it had used, and its polls have none', async () => {
    const id = newId();
    const cancelled = { ...done(id), status: 'cancelled' };
    provider.answer({ pieces: [JSON.stringify(cancelled)], headers: JSON_TYPE });
    await ask(`/v1/responses/${id}/cancel`, POST, 1);
    const [first] = await rowsUntil(id, 1);
    expect(first).toMatchObject({
      endpoint: '/v1/responses/{id}/cancel',
      dialect: 'openai-responses',
      status: 'ok',
      cost: '0.000270000000',
      tags: { background: id },
    });
    expect(first?.['tags']).not.toHaveProperty('replay');
    await poll(cancelled);
    await ask(`/v1/responses/${id}/cancel`, POST, 1);
    const rows = await rowsUntil(id, 3);
    expect(rows.slice(1).map((row) => [row['cost'], row['unpriced']])).toEqual(Array(2).fill([null, 'replay']));
  });

  test('an id that is no poll’s, as some proxies have them, does not make it free either', async () => {
    const id = `${newId()}+x`;
    provider.answer({ pieces: [JSON.stringify(done(id))], headers: JSON_TYPE });
    for (const _ of Array(2)) await ask(`/v1/responses/${id}`, {}, 1);
    const rows = await rowsUntil(id, 2);
    expect(rows.map((row) => row['cost']).filter(Boolean)).toEqual(['0.000270000000']);
  });

  test('one is cancelled only where calls that are not metered pass', async () => {
    const asked = provider.asked.length;
    const answer = await fetch(`${gateways[0]?.url}/v1/responses/resp_1/cancel`, POST);
    expect([answer.status, provider.asked.length]).toEqual([404, asked]);
    expect(await answer.text()).toContain('PASS_THROUGH');
  });

  test('one that is cancelled before it used anything costs nothing, and that is no fault', async () => {
    const id = newId();
    provider.answer({ pieces: [JSON.stringify(response(id, 'cancelled'))], headers: JSON_TYPE });
    await ask(`/v1/responses/${id}/cancel`, POST, 1);
    const [row] = await rowsUntil(id, 1);
    expect(row).toMatchObject({ status: 'ok', reason: null, usage_source: 'none', cost: null });
  });

  test('no reading says what it cost: which one has the cost is for the ledger to say', async () => {
    const id = newId();
    provider.answer({ pieces: [JSON.stringify(done(id))], headers: JSON_TYPE });
    for (const _ of Array(2)) {
      const { headers } = await fetch(`${gateways[0]?.url}/v1/responses/${id}`, {
        headers: { 'x-weir-trailing': 'on' },
      });
      expect([headers.get('x-weir-input-tokens'), headers.get('x-weir-cost')]).toEqual(['1000', null]);
    }
  });

  describe('where there are several upstreams', () => {
    let directory: string;
    let second: Provider;

    beforeAll(async () => {
      [directory, second] = await Promise.all([mkdtemp(join(tmpdir(), 'weir-polls-')), startProvider()]);
    });

    afterAll(async () => {
      await second.close();
      await rm(directory, { recursive: true });
    });

    test.each([
      ['the first', '[{ match: "gpt-*", upstream: one }, { match: "*", upstream: two }]', 'one'],
      ['the one that has all models', '[{ match: "*", upstream: two }]', 'two'],
    ])('what names no model is asked of %s', async (_which, models, expected) => {
      const WEIR_CONFIG = join(directory, `${expected}.yaml`);
      await writeFile(
        WEIR_CONFIG,
        `upstreams: { one: { url: "${provider.url}" }, two: { url: "${second.url}" } }\nmodels: ${models}`,
      );
      const { url } = await weir.startGateway({ WEIR_CONFIG, PASS_THROUGH: 'all' });
      const providers = { one: provider, two: second };
      const id = newId();
      for (const asked of Object.values(providers)) {
        asked.answer({ pieces: [JSON.stringify(done(id))], headers: JSON_TYPE });
        asked.asked.length = 0;
      }
      const paths = [`/v1/responses/${id}`, `/v1/responses/${id}?stream=true`, '/v1/files', '/v1/models'];
      for (const path of paths) await (await fetch(url + path)).text();
      await (await fetch(`${url}/v1/audio/transcriptions`, { ...POST, body: '{}' })).text();
      const counts = Object.entries(providers).map(([name, { asked }]) => [name, asked.length]);
      expect(Object.fromEntries(counts)).toEqual({ one: 0, two: 0, [expected]: paths.length + 1 });
    });
  });

  describe.each([
    ['a response of the foreground', (id: string) => ({ ...done(id), background: false })],
    ['a response without usage', (id: string) => ({ ...done(id), usage: null })],
    ['a failed one', (id: string) => ({ ...response(id, 'failed'), error: { code: 'x' } })],
  ])('a poll of %s', (_what, answer) => {
    test('leaves no row', async () => {
      const id = newId();
      await poll(answer(id));
      await poll(done(id)); // its row comes after whatever came before
      expect(await rowsUntil(id, 1)).toHaveLength(1);
    });
  });

  test('a poll that is refused upstream comes back as it was, without a row', async () => {
    provider.answer({ status: 404, pieces: ['{"error":{"message":"gone"}}'], headers: JSON_TYPE });
    const answer = await fetch(`${gateways[0]?.url}/v1/responses/resp_none`);
    expect([answer.status, await answer.text()]).toEqual([404, '{"error":{"message":"gone"}}']);
  });

  const newId = () => `resp_${++count}`;

  async function post(answer: object): Promise<void> {
    provider.answer({ pieces: [JSON.stringify(answer)], headers: JSON_TYPE });
    await ask('/v1/responses', { ...POST, body: '{"model":"gpt-4o-mini","background":true}' });
  }

  async function poll(answer: { id: string }, at = 0): Promise<void> {
    provider.answer({ pieces: [JSON.stringify(answer)], headers: JSON_TYPE });
    expect(JSON.parse(await ask(`/v1/responses/${answer.id}`, {}, at))).toEqual(answer);
  }

  const ask = async (path: string, init: RequestInit, at = 0) =>
    (await fetch(`${gateways[at]?.url}${path}`, init)).text();
  const rowsOf = async (id: string) => (await weir.rows.all()).filter((row) => row['upstream_id'] === id);

  async function rowsUntil(id: string, length: number) {
    let rows = await rowsOf(id);
    for (; rows.length < length; rows = await rowsOf(id)) await pause(20);
    return rows;
  }
});
