// Usage that nobody can believe, from a provider that says it on the wire, and the row that real processes leave of it:
// of an answer that is a stream, and of one that is not.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { askRaw } from '../support/raw-http.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';

const MODEL = 'gpt-4o'; // it has a known price: a cost that is null is so because of the usage
const WORDS = `data: {"id":"c","model":"${MODEL}","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n`;
const FINISH = `data: {"id":"c","model":"${MODEL}","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n`;
const DONE = 'data: [DONE]\n\n';
const TRAILING = 'x-weir-trailing: on\r\n';
const JSON_TYPE = { 'content-type': 'application/json' };

const usageFrame = (usage: string) => `data: {"id":"c","model":"${MODEL}","choices":[],"usage":${usage}}\n\n`;
const streamOf = (...usages: string[]) => WORDS + FINISH + usages.map(usageFrame).join('') + DONE;
const bodyOf = (usage: string) =>
  `{"id":"c","model":"${MODEL}","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],"usage":${usage}}`;

const GOOD = '{"prompt_tokens":9,"completion_tokens":5}';
const NO_TOKENS = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  total_tokens: 0,
};
const OK = { status: 'ok', reason: null, detail: null };
const BELIEVED = {
  ...OK,
  ...NO_TOKENS,
  input_tokens: 9,
  output_tokens: 5,
  total_tokens: 14,
  usage_source: 'reported',
  unpriced: null,
  cost: '0.000072500000',
};
const half = (tokens: object) => ({
  ...OK,
  ...NO_TOKENS,
  ...tokens,
  usage_source: 'partial',
  unpriced: 'usage',
  cost: null,
  price: null,
});
const missing = (why: string) => ({
  ...NO_TOKENS,
  status: 'error',
  reason: 'usage_missing',
  detail: `The provider's usage cannot be believed: ${why}.`,
  usage_source: 'none',
  unpriced: 'usage',
  cost: null,
  price: null,
});

const OUTPUT_HOLDS = half({ output_tokens: 5, total_tokens: 5 });
const INPUT_HOLDS = half({ input_tokens: 9, total_tokens: 9 });

interface Asking {
  readonly stream?: boolean;
  readonly headers?: string;
  readonly leaveAt?: string;
}

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let gateway: Gateway;

  beforeAll(async () => {
    weir = await openWeir(queueOn);
    provider = await startProvider();
    gateway = await weir.startGateway({ UPSTREAM_URL: provider.url });
  });

  afterAll(async () => {
    await provider.close();
    await weir.close();
  });

  describe('usage of', () => {
    test.each<[usage: string, row: object]>([
      [GOOD, BELIEVED],
      ['{"prompt_tokens":"NaN","completion_tokens":5}', OUTPUT_HOLDS],
      ['{"prompt_tokens":true,"completion_tokens":5}', OUTPUT_HOLDS],
      ['{"prompt_tokens":9,"completion_tokens":{}}', INPUT_HOLDS],
      ['{"prompt_tokens":9,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":"x"}}', OUTPUT_HOLDS],
      ['{"prompt_tokens":"NaN","completion_tokens":[]}', missing('prompt_tokens is no number')],
      ['{"prompt_tokens":1e400,"completion_tokens":5}', missing('prompt_tokens is over 100,000,000')],
      ['{"prompt_tokens":-5,"completion_tokens":-7}', missing('prompt_tokens is negative')],
      ['{"prompt_tokens":1e308,"completion_tokens":1e308}', missing('prompt_tokens is over 100,000,000')],
      ['{"prompt_tokens":9,"completion_tokens":100000001}', missing('completion_tokens is over 100,000,000')],
      ['{"prompt_tokens":1.9,"completion_tokens":0.5}', missing('prompt_tokens is not whole')],
    ])('%s', async (usage, expected) => {
      const row = { ...expected, usage: JSON.parse(usage.replace('1e400', '"Infinity"')) };
      expect(await streamed(streamOf(usage))).toMatchObject({ ...row, streamed: true });
      expect(await whole(bodyOf(usage))).toMatchObject({ ...row, streamed: false });
    });
  });

  test('the last word of a stream counts, be it good or not', async () => {
    const bad = '{"prompt_tokens":-1,"completion_tokens":5}';
    expect(await streamed(streamOf(bad, GOOD))).toMatchObject({ ...BELIEVED, usage: JSON.parse(GOOD) });
    expect(await streamed(streamOf(GOOD, bad))).toMatchObject({
      ...missing('prompt_tokens is negative'),
      usage: JSON.parse(bad),
    });
  });

  test('a client that hangs up at [DONE] leaves the same row', async () => {
    provider.answer({ pieces: [streamOf('{"prompt_tokens":true,"completion_tokens":5}')] });
    const answer = await ask({ leaveAt: 'data: [DONE]' });
    expect(answer.ended).toBe('left');
    expect(await weir.rows.of(answer.id)).toMatchObject(OUTPUT_HOLDS);
  });

  test('a client that asked for metadata is told of no number that is not known', async () => {
    const usage = '{"prompt_tokens":true,"completion_tokens":5}';
    const unknown = { status: 'ok', input_tokens: null, output_tokens: 5, cost: null };
    provider.answer({ pieces: [streamOf(usage)] });
    const { text } = await ask({ headers: TRAILING });
    expect(JSON.parse(/"weir":(\{[^}]*\})/.exec(text)?.[1] ?? '')).toMatchObject(unknown);
    provider.answer({ pieces: [bodyOf(usage)], headers: JSON_TYPE });
    const { head } = await ask({ stream: false, headers: TRAILING });
    expect(head).toMatch(/x-weir-output-tokens: 5\r\n/);
    expect(head).not.toMatch(/x-weir-input-tokens|x-weir-cost/);
  });

  async function streamed(answer: string) {
    provider.answer({ pieces: [answer] });
    return await weir.rows.of((await ask()).id);
  }

  async function whole(answer: string) {
    provider.answer({ pieces: [answer], headers: JSON_TYPE });
    return await weir.rows.of((await ask({ stream: false })).id);
  }

  async function ask({ stream = true, headers = '', leaveAt }: Asking = {}) {
    const url = new URL('/v1/chat/completions', gateway.url);
    const body = { model: MODEL, stream, messages: [] };
    const answer = await askRaw({ url, body, headers }, leaveAt);
    return { ...answer, id: /x-weir-request-id: ([\w-]+)/.exec(answer.head)?.[1] ?? '' };
  }
});
