// A response that is made in the background is paid for once, however it is fetched: by the first that shows what it cost.
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

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let gateways: readonly Gateway[];
  let count = 0;

  beforeAll(async () => {
    [weir, provider] = await Promise.all([openWeir(queueOn), startProvider()]);
    const start = () => weir.startGateway({ UPSTREAM_URL: provider.url });
    gateways = await Promise.all([start(), start()]);
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
    const event = (one: { type: string }) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`;
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
