// What providers bill beside plain text, from their bytes on the wire to the row that real processes leave of it: its
// lines, its tier, and why it has no cost where it has none.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';

jest.setTimeout(60_000);

const CHAT = '/v1/chat/completions';
const JSON_TYPE = { 'content-type': 'application/json' };

/** The same answer from every upstream: what differs is whose prices hold, and which are the operator's. */
const config = (url: string) => `
upstreams:
  openai: { url: "${url}", prices_of: openai }
  anthropic: { url: "${url}", prices_of: anthropic }
  router: { url: "${url}", prices_of: openrouter }
  own: { url: "${url}" }
models:
  - { match: "gpt-*", upstream: openai }
  - { match: "claude-*", upstream: anthropic }
  - { match: "openai/gpt-4.1", upstream: router }
  - { match: "*", upstream: own }
prices:
  - match: mine
    input: 1
    output: 4
    each: { requests: 0.001 }
    tiers: { flex: { input: 0.5, output: 2 } }
`;

const stream = (model: string, more: object) =>
  `data: ${JSON.stringify({ id: 'c', model, choices: [{ index: 0, delta: { content: 'a' } }] })}\n\n` +
  `data: ${JSON.stringify({ id: 'c', model, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], ...more })}\n\n` +
  'data: [DONE]\n\n';

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let gateway: Gateway;
  let directory: string;

  beforeAll(async () => {
    [weir, provider] = [await openWeir(queueOn), await startProvider()];
    directory = await mkdtemp(join(tmpdir(), 'weir-costs-'));
    const file = join(directory, 'weir.yaml');
    await writeFile(file, config(provider.url));
    gateway = await weir.startGateway({ WEIR_CONFIG: file });
  });

  afterAll(async () => {
    await provider.close();
    await weir.close();
    await rm(directory, { recursive: true });
  });

  async function rowOf(path: string, body: object) {
    const asked = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) };
    const answer = await fetch(new URL(path, gateway.url), asked);
    await answer.text();
    return await weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
  }

  async function streamed(model: string, more: object) {
    provider.answer({ pieces: [stream(model, more)] });
    return await rowOf(CHAT, { model, stream: true, messages: [] });
  }

  async function whole(path: string, body: object, asked: object) {
    provider.answer({ pieces: [JSON.stringify(body)], headers: JSON_TYPE });
    return await rowOf(path, asked);
  }

  const used = (prompt: number, completion: number, more: object = {}) => ({
    usage: { prompt_tokens: prompt, completion_tokens: completion, ...more },
  });
  const kindsOf = (row: Readonly<Record<string, unknown>>) =>
    (row['price'] as { lines: { kind: string; quantity: number }[] }).lines.map((line) => [line.kind, line.quantity]);

  // https://platform.claude.com/docs/en/about-claude/pricing, 2026-11-30: claude-sonnet-4-5 3, one-hour writes 6, output 15
  // USD per million; web searches 10 per thousand.
  test('Anthropic’s writes for an hour and its searches', async () => {
    const usage = {
      input_tokens: 100,
      cache_creation_input_tokens: 2000,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 2000 },
      output_tokens: 10,
      server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
      service_tier: 'standard',
    };
    const model = 'claude-sonnet-4-5';
    const body = { id: 'm', type: 'message', model, content: [], stop_reason: 'end_turn', usage };
    const row = await whole('/v1/messages', body, { model, max_tokens: 9, messages: [] });
    expect(kindsOf(row)).toEqual([
      ['input', 100],
      ['cache_write_1h', 2000],
      ['output', 10],
      ['web_searches', 1],
    ]);
    // 100 × 3 M + 2000 × 6 M + 10 × 15 M + 0.01
    expect(row).toMatchObject({ cost: '0.022450000000', cost_source: 'known', unpriced: null });
    expect(row).toMatchObject({ units: { web_searches: 1 }, service_tier: 'standard' });
  });

  // https://developers.openai.com/api/docs/pricing, 2026-11-30: gpt-4o 2.5 USD per million, web searches 10 per thousand.
  test('searches of a response', async () => {
    const body = {
      id: 'r',
      object: 'response',
      model: 'gpt-4o',
      status: 'completed',
      service_tier: 'default',
      output: [{ type: 'web_search_call', action: { type: 'search' } }, { type: 'message' }],
      usage: { input_tokens: 1000, output_tokens: 0, total_tokens: 1000 },
    };
    const row = await whole('/v1/responses', body, { model: 'gpt-4o', input: 'a' });
    expect(row).toMatchObject({ cost: '0.012500000000', units: { web_searches: 1 }, service_tier: 'default' });
  });

  test('what was read from the cache and written to it is billed as both, and the rest as input', async () => {
    const details = { prompt_tokens_details: { cached_tokens: 2161, cache_write_tokens: 2161 } };
    const row = await streamed('gpt-5.6-terra', used(2168, 0, details));
    expect(row).toMatchObject({ input_tokens: 2168, cached_input_tokens: 2161, cache_write_tokens: 2161 });
    expect(kindsOf(row)).toEqual([
      ['input', 7],
      ['cached_input', 2161],
      ['cache_write', 2161],
    ]);
  });

  describe('a tier', () => {
    test('that the lists do not know leaves no cost', async () => {
      const row = await streamed('gpt-4o', { service_tier: 'flex', ...used(1000, 10) });
      expect(row).toMatchObject({ cost: null, cost_source: null, unpriced: 'tier', service_tier: 'flex' });
    });

    test('that the operator knows has its price, and the fee on each request', async () => {
      const row = await streamed('mine', { service_tier: 'flex', ...used(1000, 10) });
      // 1000 × 0.5 M + 10 × 2 M + 0.001
      expect(row).toMatchObject({ cost: '0.001520000000', cost_source: 'operator', price: { tier: 'flex' } });
    });
  });

  test('the provider’s own bill, where it states one', async () => {
    const row = await streamed('openai/gpt-4.1', used(1000, 10, { cost: 0.000837, is_byok: false }));
    expect(row).toMatchObject({ upstream: 'router', cost: '0.000837000000', cost_source: 'provider' });
  });

  // https://groq.com/pricing, 2026-11-30: llama-3.3-70b-versatile 0.59 and 0.79 USD per million.
  test('a model at an address of its own, by its name', async () => {
    const row = await streamed('llama-3.3-70b-versatile', used(1_000_000, 1_000_000));
    const price = { list: 'groq/llama-3.3-70b-versatile' };
    expect(row).toMatchObject({ upstream: 'own', cost: '1.380000000000', cost_source: 'known', price });
  });

  test('a model that nobody knows', async () => {
    expect(await streamed('nobody-knows-me', used(9, 5))).toMatchObject({ cost: null, unpriced: 'model' });
  });

  test('an answer that says no usage', async () => {
    const row = await streamed('gpt-4o', {});
    expect(row).toMatchObject({ reason: 'usage_missing', cost: null, unpriced: 'unreported' });
  });
});
