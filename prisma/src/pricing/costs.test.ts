// One bill for each kind of thing that is billed, worked out by hand. The rates are those of the pages named, as
// genai-prices 0.1.8 has them on 2026-11-30; in the arithmetic, M stands for a millionth of a USD.
import { describe, expect, test } from '@jest/globals';
import { aCompletion } from '../../testing/records.ts';
import type { Completion } from '../completion.ts';
import { priceOf } from './prices.ts';

type Row = Partial<Completion>;

const AT = '2026-11-30T12:00:00.000Z';
const NO_TOKENS = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };

const bill = (row: Row) => priceOf(aCompletion({ startedAt: AT, priceOverride: null, ...NO_TOKENS, ...row }));
const costOf = (row: Row) => bill(row).cost;
const kindsOf = (row: Row) => bill(row).price?.lines.map(({ kind, quantity }) => `${quantity} ${kind}`);
const unpriced = (reason: string) => ({ cost: null, costSource: null, price: null, unpriced: reason });

const anthropic = (usage: Record<string, unknown>, tokens: Row = {}): Row => ({
  dialect: 'anthropic-messages',
  pricedAs: 'anthropic',
  model: 'claude-sonnet-4-5-20250929',
  usage,
  ...tokens,
});
const openAi = (model: string, usage: Record<string, unknown>, tokens: Row = {}): Row => ({
  pricedAs: 'openai',
  model,
  usage,
  ...tokens,
});
const gemini = (model: string, usage: Record<string, unknown>, tokens: Row = {}): Row => ({
  dialect: 'gemini',
  pricedAs: 'google',
  model,
  usage,
  ...tokens,
});

// https://platform.claude.com/docs/en/about-claude/pricing: input 3, five-minute writes 3.75, one-hour writes 6 (twice the
// input), reads 0.3, output 15 USD per million; web searches 10 USD per thousand.
describe('at Anthropic', () => {
  const written = { inputTokens: 5000, cacheWriteTokens: 4000, outputTokens: 100 };

  test('a cache write that stays for an hour costs twice the input', () => {
    const usage = { cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 3000 } };
    const row = anthropic(usage, written);
    expect(kindsOf(row)).toEqual(['1000 input', '1000 cache_write', '3000 cache_write_1h', '100 output']);
    expect(costOf(row)).toBe('0.02625'); // 1000 × 3 M + 1000 × 3.75 M + 3000 × 6 M + 100 × 15 M
  });

  test('… and so it does where the answer took several rounds', () => {
    const round = (type: string, hour: number) => ({ type, cache_creation: { ephemeral_1h_input_tokens: hour } });
    const row = anthropic({ iterations: [round('compaction', 1000), round('message', 500)] }, written);
    expect(kindsOf(row)).toEqual(['1000 input', '2500 cache_write', '1500 cache_write_1h', '100 output']);
    expect(costOf(row)).toBe('0.022875'); // 1000 × 3 M + 2500 × 3.75 M + 1500 × 6 M + 100 × 15 M
  });

  test('… and where another model answered in its place, whose writes the whole tells', () => {
    const round = (type: string, hour: number) => ({ type, cache_creation: { ephemeral_1h_input_tokens: hour } });
    const usage = {
      cache_creation: { ephemeral_1h_input_tokens: 3000 },
      iterations: [round('compaction', 500), round('message', 0), round('fallback_message', 3000)],
    };
    const row = anthropic(usage, written);
    expect(kindsOf(row)).toEqual(['1000 input', '500 cache_write', '3500 cache_write_1h', '100 output']);
    expect(costOf(row)).toBe('0.027375'); // 1000 × 3 M + 500 × 3.75 M + 3500 × 6 M + 100 × 15 M
  });

  test('a long context doubles it', () => {
    const usage = { cache_creation: { ephemeral_1h_input_tokens: 200_001 } };
    const row = anthropic(usage, { inputTokens: 200_001, cacheWriteTokens: 200_001 });
    expect(costOf(row)).toBe('2.400012'); // 200,001 × 12 M
  });

  test('a provider that resells it without a price for an hour has no price for it', () => {
    const usage = { cache_creation: { ephemeral_1h_input_tokens: 1 } };
    const row = { ...anthropic(usage, written), pricedAs: 'aws', model: 'anthropic.claude-sonnet-4-5-20250929-v1:0' };
    expect(bill(row)).toMatchObject(unpriced('rate'));
  });

  test('web searches are billed by the call, and fetches are not', () => {
    const row = anthropic(
      { server_tool_use: { web_search_requests: 2, web_fetch_requests: 5 } },
      { inputTokens: 1000, outputTokens: 100 },
    );
    expect(kindsOf(row)).toEqual(['1000 input', '100 output', '2 web_searches']);
    expect(costOf(row)).toBe('0.0245'); // 1000 × 3 M + 100 × 15 M + 2 × 0.01
    expect(bill(row).units).toEqual({ web_searches: 2 });
  });

  test('a tool whose price nobody knows makes the cost unknown', () => {
    const usage = { server_tool_use: { code_execution_requests: 1 } };
    expect(bill(anthropic(usage, { inputTokens: 1000 }))).toMatchObject(unpriced('tool'));
  });

  test('so does an advisor, who is another model', () => {
    const usage = { iterations: [{ type: 'message' }, { type: 'advisor_message', input_tokens: 823 }] };
    expect(bill(anthropic(usage, { inputTokens: 1000 }))).toMatchObject(unpriced('tool'));
  });

  test.each([
    ['priority', { service_tier: 'priority' }],
    ['batch', { service_tier: 'batch' }],
    ['fast', { service_tier: 'standard', speed: 'fast' }],
    ['us', { service_tier: 'standard', inference_geo: 'us' }],
  ])('what is served as %s has another price', (_, usage) => {
    expect(bill(anthropic(usage, { inputTokens: 1000 }))).toMatchObject(unpriced('tier'));
    const usual = { service_tier: 'standard', speed: 'standard', inference_geo: 'global' };
    expect(costOf(anthropic(usual, { inputTokens: 1000 }))).toBe('0.003'); // 1000 × 3 M
  });
});

describe('at OpenAI', () => {
  // https://developers.openai.com/api/docs/models/gpt-audio: text 2.5 and 10, audio 32 and 64 USD per million.
  test('sound costs more than text, both ways', () => {
    const usage = {
      prompt_tokens_details: { audio_tokens: 300, cached_tokens: 0 },
      completion_tokens_details: { audio_tokens: 150 },
    };
    const row = openAi('gpt-audio', usage, { inputTokens: 1000, outputTokens: 200 });
    expect(kindsOf(row)).toEqual(['700 input', '300 input_audio', '150 output_audio', '50 output']);
    expect(costOf(row)).toBe('0.02145'); // 700 × 2.5 M + 300 × 32 M + 150 × 64 M + 50 × 10 M
  });

  test('sound is not guessed: a model with a price for it must say how much there was', () => {
    const row = openAi('gpt-audio', { prompt_tokens: 10 }, { inputTokens: 10, outputTokens: 10 });
    expect(bill(row)).toMatchObject(unpriced('rate'));
  });

  // https://developers.openai.com/api/docs/models/gpt-4o-audio-preview: its audio costs 16 times its text.
  test('… and sound without a known price is not charged as text', () => {
    const usage = { prompt_tokens_details: { audio_tokens: 1 }, completion_tokens_details: { audio_tokens: 0 } };
    const row = openAi('gpt-4o-audio-preview', usage, { inputTokens: 1000, outputTokens: 10 });
    expect(bill(row)).toMatchObject(unpriced('rate'));
  });

  test('… nor is an answer that is sound alone', () => {
    const usage = { prompt_tokens_details: { audio_tokens: 0 }, completion_tokens_details: { audio_tokens: 50 } };
    const row = openAi('gpt-4o-audio-preview', usage, { inputTokens: 10, outputTokens: 50 });
    expect(bill(row)).toMatchObject(unpriced('rate'));
  });

  // https://developers.openai.com/api/docs/models/gpt-realtime: text 4, cached 0.4, audio 32, cached 0.4, out 16 and 64.
  test('cached sound has a price of its own', () => {
    const usage = {
      input_token_details: {
        audio_tokens: 500,
        cached_tokens: 400,
        cached_tokens_details: { audio_tokens: 300, text_tokens: 100 },
      },
      output_token_details: { audio_tokens: 100 },
    };
    const row = openAi('gpt-realtime', usage, { inputTokens: 1000, cachedInputTokens: 400, outputTokens: 100 });
    expect(kindsOf(row)).toEqual([
      '400 input',
      '100 cached_input',
      '200 input_audio',
      '300 cached_audio',
      '100 output_audio',
    ]);
    expect(costOf(row)).toBe('0.01456'); // 400 × 4 M + 100 × 0.4 M + 200 × 32 M + 300 × 0.4 M + 100 × 64 M
  });

  test('where it is not said what of the cached input was sound, nothing is charged', () => {
    const usage = { input_token_details: { audio_tokens: 500 }, output_token_details: { audio_tokens: 0 } };
    const row = openAi('gpt-realtime', usage, { inputTokens: 1000, cachedInputTokens: 400 });
    expect(bill(row)).toMatchObject(unpriced('rate'));
  });

  // https://developers.openai.com/api/docs/models/gpt-image-1.5: text 5 and 10, images 8 and 32 USD per million.
  test('images have prices of their own, both ways', () => {
    const usage = {
      input_tokens_details: { text_tokens: 50, image_tokens: 200 },
      output_tokens_details: { text_tokens: 10, image_tokens: 4160 },
    };
    const row = openAi('gpt-image-1.5', usage, { inputTokens: 250, outputTokens: 4170 });
    expect(kindsOf(row)).toEqual(['50 input', '200 input_image', '4160 output_image', '10 output']);
    expect(costOf(row)).toBe('0.13507'); // 50 × 5 M + 200 × 8 M + 4160 × 32 M + 10 × 10 M
  });

  // https://developers.openai.com/api/docs/models/gpt-image-1: its output is images alone, 40 USD per million.
  test('what puts out images alone has its output price for them', () => {
    const usage = { input_tokens_details: { image_tokens: 0 }, output_tokens_details: { image_tokens: 1056 } };
    const row = openAi('gpt-image-1', usage, { inputTokens: 100, outputTokens: 1056 });
    expect(costOf(row)).toBe('0.04274'); // 100 × 5 M + 1056 × 40 M
  });

  // https://developers.openai.com/api/docs/models/gpt-4o: images are read as text tokens, at 2.5 USD per million.
  test('images that go in cost what text costs, where there is no price for them', () => {
    const row = openAi('gpt-4o', { prompt_tokens_details: { image_tokens: 765 } }, { inputTokens: 1000 });
    expect(costOf(row)).toBe('0.0025'); // 1000 × 2.5 M
  });

  // https://developers.openai.com/api/docs/pricing: web search 10, file search 2.5 USD per thousand calls.
  test('searches are billed by the call', () => {
    const row = { ...openAi('gpt-4o', {}, { inputTokens: 1000 }), units: { web_searches: 3, file_searches: 2 } };
    expect(kindsOf(row)).toEqual(['1000 input', '3 web_searches', '2 file_searches']);
    expect(costOf(row)).toBe('0.0375'); // 1000 × 2.5 M + 3 × 0.01 + 2 × 0.0025
  });

  test.each(['code_executions', 'image_generations', 'shell_calls', 'web_search_previews', 'web_search_blocks'])(
    '%s have no known price',
    (tool) => {
      expect(bill({ ...openAi('gpt-4o', {}, { inputTokens: 1000 }), units: { [tool]: 1 } })).toMatchObject({
        ...unpriced('tool'),
        units: { [tool]: 1 },
      });
    },
  );

  test('searches of another price have the operator’s', () => {
    const each = { web_searches: '0.01', web_search_previews: '0.025' };
    const row = openAi('gpt-4.1', {}, { inputTokens: 1000, priceOverride: { input: '2', output: '8', each } });
    expect(costOf({ ...row, units: { web_search_previews: 2 } })).toBe('0.052'); // 1000 × 2 M + 2 × 0.025
    expect(bill({ ...row, units: { web_search_blocks: 1 } })).toMatchObject(unpriced('tool'));
  });

  test('a model that searches for every answer, and does not say so, has no known price', () => {
    const row = { ...openAi('gpt-4o-mini-search-preview', {}, { inputTokens: 1000 }) };
    expect(bill(row)).toMatchObject(unpriced('rate'));
  });

  test.each(['flex', 'priority', 'scale'])('what is served as %s has another price', (serviceTier) => {
    expect(bill({ ...openAi('gpt-5', {}, { inputTokens: 1000 }), serviceTier })).toMatchObject({
      ...unpriced('tier'),
      serviceTier,
    });
  });

  test('what is served as usual has the known one', () => {
    const row = { ...openAi('gpt-5', {}, { inputTokens: 1000 }), serviceTier: 'default' };
    expect(bill(row)).toMatchObject({ cost: '0.00125', unpriced: null, serviceTier: 'default' }); // 1000 × 1.25 M
  });

  // https://developers.openai.com/api/docs/models/whisper-1: 0.006 USD a minute, 0.36 an hour.
  test('a transcription costs what its seconds do', () => {
    const row = { ...openAi('whisper-1', { seconds: 12.5 }), units: { seconds: 12.5 } };
    expect(kindsOf(row)).toEqual(['12.5 seconds']);
    expect(costOf(row)).toBe('0.00125'); // 12.5 × 0.36 / 3600
    expect(bill(openAi('whisper-1', {}))).toMatchObject(unpriced('rate'));
  });

  test('what is counted twice, in tokens and in seconds, is billed in tokens', () => {
    const row = { ...openAi('gpt-4o', {}, { inputTokens: 1000 }), units: { seconds: 12.5 } };
    expect(costOf(row)).toBe('0.0025'); // 1000 × 2.5 M
  });
});

// https://console.groq.com/docs/speech-to-text: whisper-large-v3-turbo 0.04 USD an hour, ten seconds at least.
test('at Groq, a short transcription costs ten seconds', () => {
  const row = { pricedAs: 'groq', model: 'whisper-large-v3-turbo', usage: {}, units: { seconds: 3 } };
  expect(costOf(row)).toBe('0.000111111111'); // 10 × 0.04 / 3600
});

// https://ai.google.dev/gemini-api/docs/pricing: gemini-2.5-flash 0.3, cached 0.03, audio 1, cached audio 0.1, output 2.5;
// gemini-2.5-flash-image 0.3, 2.5, images out 30; gemini-2.5-pro 1.25 for all that goes in.
describe('at Google', () => {
  const of = (modality: string, tokenCount: number) => ({ modality, tokenCount });

  test('sound costs more than text, cached or not', () => {
    const usage = {
      promptTokensDetails: [of('TEXT', 600), of('AUDIO', 400)],
      cacheTokensDetails: [of('TEXT', 100), of('AUDIO', 300)],
    };
    const row = gemini('gemini-2.5-flash', usage, { inputTokens: 1000, cachedInputTokens: 400, outputTokens: 10 });
    expect(kindsOf(row)).toEqual(['500 input', '100 cached_input', '100 input_audio', '300 cached_audio', '10 output']);
    expect(costOf(row)).toBe('0.000308'); // 500 × 0.3 M + 100 × 0.03 M + 100 × 1 M + 300 × 0.1 M + 10 × 2.5 M
  });

  test('images that come out have a price of their own', () => {
    const usage = { candidatesTokensDetails: [of('IMAGE', 1290)] };
    const row = gemini('gemini-2.5-flash-image', usage, { inputTokens: 100, outputTokens: 1300 });
    expect(kindsOf(row)).toEqual(['100 input', '1290 output_image', '10 output']);
    expect(costOf(row)).toBe('0.038755'); // 100 × 0.3 M + 1290 × 30 M + 10 × 2.5 M
  });

  test('what comes out is not guessed to be text where images have a price of their own', () => {
    const usage = { promptTokensDetails: [of('TEXT', 100)] };
    const row = gemini('gemini-2.5-flash-image', usage, { inputTokens: 100, outputTokens: 1290 });
    expect(bill(row)).toMatchObject(unpriced('rate'));
    expect(bill({ ...row, usage: {} })).toMatchObject(unpriced('rate'));
    const told = { ...usage, candidatesTokensDetails: [of('TEXT', 1290)] };
    expect(costOf({ ...row, usage: told })).toBe('0.003255'); // 100 × 0.3 M + 1290 × 2.5 M
    expect(costOf({ ...row, model: 'gemini-2.5-flash' })).toBe('0.003255'); // puts out text alone, at the same price
  });

  // https://ai.google.dev/gemini-api/docs/pricing: gemini-2.5-flash-preview-tts 0.5 in, 10 out, which is sound.
  test('what speaks has its output price for sound, and what is not known to has none', () => {
    const usage = { candidatesTokensDetails: [of('AUDIO', 100)] };
    const row = gemini('gemini-2.5-flash-preview-tts', usage, { inputTokens: 10, outputTokens: 100 });
    expect(costOf(row)).toBe('0.001005'); // 10 × 0.5 M + 100 × 10 M
    expect(bill({ ...row, model: 'gemini-2.5-flash' })).toMatchObject(unpriced('rate'));
  });

  test('sound costs what text costs where there is one price for all', () => {
    const row = gemini('gemini-2.5-pro', { promptTokensDetails: [of('AUDIO', 1000)] }, { inputTokens: 1000 });
    expect(costOf(row)).toBe('0.00125'); // 1000 × 1.25 M
  });

  test('a search has no known price', () => {
    const row = { ...gemini('gemini-2.5-pro', {}, { inputTokens: 1000 }), units: { web_searches: 1 } };
    expect(bill(row)).toMatchObject(unpriced('tool'));
  });

  test.each([
    ['flex', { serviceTier: 'FLEX' }],
    ['priority, on Vertex', { trafficType: 'ON_DEMAND_PRIORITY' }],
    ['provisioned, on Vertex', { trafficType: 'PROVISIONED_THROUGHPUT' }],
  ])('what is served as %s has another price', (_, usage) => {
    expect(bill(gemini('gemini-2.5-pro', usage, { inputTokens: 1000 }))).toMatchObject(unpriced('tier'));
    const usual = { serviceTier: 'standard', trafficType: 'ON_DEMAND' };
    expect(costOf(gemini('gemini-2.5-pro', usual, { inputTokens: 1000 }))).toBe('0.00125'); // 1000 × 1.25 M
  });
});

// https://docs.perplexity.ai/getting-started/pricing: sonar 1 and 1 USD per million, 12 per thousand requests that search far.
test('a fee on each request is charged, and is unknown where the search was a smaller one', () => {
  const sonar = { pricedAs: 'perplexity', model: 'sonar', inputTokens: 1000, outputTokens: 100 };
  expect(kindsOf({ ...sonar, usage: {} })).toEqual(['1000 input', '100 output', '1 requests']);
  expect(costOf({ ...sonar, usage: {} })).toBe('0.0131'); // 1000 × 1 M + 100 × 1 M + 0.012
  expect(bill({ ...sonar, usage: { search_context_size: 'low' } })).toMatchObject(unpriced('tier'));
});

describe('a call of no API that is known', () => {
  const searched = anthropic(
    {
      input_tokens: 1000,
      cache_creation_input_tokens: 4000,
      cache_creation: { ephemeral_1h_input_tokens: 4000 },
      server_tool_use: { web_search_requests: 3 },
    },
    { dialect: 'opaque', inputTokens: 5000, cacheWriteTokens: 4000, outputTokens: 100 },
  );
  const heard = gemini(
    'gemini-2.5-flash',
    { promptTokenCount: 1000, promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 1000 }] },
    { dialect: 'opaque', inputTokens: 1000, outputTokens: 10 },
  );

  test('has no known price, for what else it is billed by is not known', () => {
    expect(bill(searched)).toMatchObject({ ...unpriced('rate'), units: { web_searches: 3 } });
    expect(bill(heard)).toMatchObject(unpriced('rate'));
    const plain = openAi('gpt-4o', {}, { dialect: 'opaque', inputTokens: 1000 });
    expect(bill(plain)).toMatchObject(unpriced('rate'));
  });

  test('costs what its provider says', () => {
    const stated = openAi('gpt-4o', { cost: 0.5 }, { dialect: 'opaque', inputTokens: 1000 });
    expect(bill(stated)).toMatchObject({ cost: '0.5', costSource: 'provider' });
  });

  test('costs what the operator says, kind by kind, in whosever words its usage is', () => {
    const each = { web_searches: '0.02' };
    const priceOverride = { input: '1', cacheWrite: '1.25', cacheWrite1h: '2', output: '4', inputAudio: '10', each };
    const all = bill({ ...searched, priceOverride });
    expect(all).toMatchObject({ cost: '0.0694', costSource: 'operator' }); // 1000 M + 4000 × 2 M + 100 × 4 M + 3 × 0.02
    expect(costOf({ ...heard, priceOverride })).toBe('0.01004'); // 1000 × 10 M + 10 × 4 M
  });
});

describe('the operator’s prices', () => {
  const prices = {
    input: '1',
    cachedInput: '0.1',
    cacheWrite: '1.25',
    cacheWrite1h: '2',
    output: '4',
    inputAudio: '10',
    outputAudio: '20',
    each: { requests: '0.001', web_searches: '0.02', code_executions: '0.03' },
    tiers: { flex: { input: '0.5', output: '2' } },
  };
  const row = anthropic(
    {
      cache_creation: { ephemeral_1h_input_tokens: 100 },
      server_tool_use: { web_search_requests: 1 },
    },
    { inputTokens: 1000, cachedInputTokens: 200, cacheWriteTokens: 300, outputTokens: 10, priceOverride: prices },
  );

  test('name a rate for each kind', () => {
    expect(kindsOf(row)).toEqual([
      '500 input',
      '200 cached_input',
      '200 cache_write',
      '100 cache_write_1h',
      '10 output',
      '1 requests',
      '1 web_searches',
    ]);
    // 500 × 1 M + 200 × 0.1 M + 200 × 1.25 M + 100 × 2 M + 10 × 4 M + 0.001 + 0.02
    expect(bill(row)).toMatchObject({ cost: '0.02201', costSource: 'operator', unpriced: null });
  });

  test('name those of another tier, and the row says so', () => {
    const flex = { ...openAi('mine', {}, { inputTokens: 1000, outputTokens: 10 }), serviceTier: 'flex' };
    const { cost, price } = bill({ ...flex, priceOverride: prices });
    expect(cost).toBe('0.00152'); // 1000 × 0.5 M + 10 × 2 M + 0.001
    expect(price?.tier).toBe('flex');
    expect(bill({ ...flex, serviceTier: 'priority', priceOverride: prices })).toMatchObject(unpriced('tier'));
  });

  test('leave unknown what they do not name', () => {
    const flat = { input: '1', output: '4' };
    expect(bill({ ...row, priceOverride: flat })).toMatchObject(unpriced('tool'));
    expect(bill({ ...row, priceOverride: { ...flat, each: { web_searches: '0' } } })).toMatchObject({
      cost: '0.00104', // an hour's writes are input, where nothing is said of writes
    });
    expect(bill({ ...row, priceOverride: { ...flat, cacheWrite: '1.25' } })).toMatchObject(unpriced('rate'));
    const sound = openAi('mine', { prompt_tokens_details: { audio_tokens: 1 } }, { inputTokens: 10 });
    expect(bill({ ...sound, priceOverride: flat })).toMatchObject(unpriced('rate'));
  });

  test('may be a fee on each request alone, but not in place of what else was counted', () => {
    const fee = { each: { requests: '0.005' } };
    expect(bill({ ...openAi('mine', {}), priceOverride: fee })).toMatchObject({ cost: '0.005' });
    expect(bill({ ...openAi('mine', {}, { inputTokens: 1 }), priceOverride: fee })).toMatchObject(unpriced('rate'));
    const images = { ...openAi('mine', {}), units: { images: 1 }, priceOverride: fee };
    expect(bill(images)).toMatchObject(unpriced('rate'));
    expect(bill({ ...images, units: { images: 0 } })).toMatchObject({ cost: '0.005', units: { images: 0 } });
  });

  test('may be for what is no token alone', () => {
    const spoken = { ...openAi('mine', {}), units: { characters: 310 } };
    const { cost } = bill({ ...spoken, priceOverride: { each: { characters: '0.000015' } } });
    expect(cost).toBe('0.00465'); // 310 × 0.000015
  });
});

describe('the provider’s own bill', () => {
  const stated = (usage: Record<string, unknown>, more: Row = {}) =>
    bill({ pricedAs: 'openrouter', model: 'openai/gpt-4o', inputTokens: 1000, usage, ...more });

  test('wins over every price, the operator’s as well', () => {
    const priceOverride = { input: '1', output: '2' };
    const line = { kind: 'bill', quantity: 1, rate: '0.000837', per: 1, cost: '0.000837' };
    const expected = { cost: '0.000837', costSource: 'provider', price: { lines: [line] }, unpriced: null };
    expect(stated({ cost: 0.000837, is_byok: false })).toMatchObject(expected);
    expect(stated({ cost: 0.000837, is_byok: false }, { priceOverride })).toMatchObject(expected);
  });

  test('of OpenRouter has two parts where the key was the caller’s', () => {
    const both = { cost: 0.1, is_byok: true, cost_details: { upstream_inference_cost: 0.2 } };
    expect(stated(both).cost).toBe('0.3');
    expect(stated({ ...both, cost_details: { upstream_inference_cost: null } })).toMatchObject(unpriced('bill'));
    const once = { ...both, is_byok: false };
    expect(stated(once).cost).toBe('0.1');
  });

  // https://docs.x.ai/docs/models: grok-3-mini 0.3, cached 0.075, output 0.5: 1 × 0.3 M + 11 × 0.075 M + 342 × 0.5 M
  test('of xAI is in ticks, of which a USD has 10,000,000,000', () => {
    expect(stated({ num_sources_used: 0, cost_in_usd_ticks: 1_721_250 }).cost).toBe('0.000172125');
  });

  test('of Perplexity is a total, and one so far where the answer broke', () => {
    const usage = { search_context_size: 'low', cost: { request_cost: 0.005, total_cost: 0.00501 } };
    expect(stated(usage).cost).toBe('0.00501');
    expect(stated(usage, { usageSource: 'partial' })).toMatchObject(unpriced('bill'));
  });

  test('of nothing is nothing', () => {
    expect(stated({ cost: 0 })).toMatchObject({ cost: '0', costSource: 'provider' });
  });

  test.each([
    ['a negative one', { cost: -1 }, 'bill'],
    ['one in words', { cost: 'much' }, 'bill'],
    ['one without a total', { cost: {} }, 'bill'],
    ['half a tick', { cost_in_usd_ticks: 0.5 }, 'bill'],
    ['more than a row can hold', { cost: 1e9 }, 'amount'],
    ['more than anybody has', { cost: 1e300 }, 'amount'],
  ])('that is %s is none', (_, usage, reason) => {
    expect(stated(usage)).toMatchObject(unpriced(reason));
  });

  // https://docs.x.ai/docs/models: grok-imagine-image 0.02 USD an image.
  test('needs no tokens beside it, nor such as are believed', () => {
    const image = { inputTokens: 0, units: { images: 1 } };
    expect(stated({ cost_in_usd_ticks: 200_000_000 }, image)).toMatchObject({ cost: '0.02', costSource: 'provider' });
    expect(stated({ cost_in_usd_ticks: 200_000_000 }, { ...image, usageSource: 'none' }).cost).toBe('0.02');
    const doubted = { inputTokens: 0, unpriced: 'usage', usageSource: 'none' as const };
    expect(stated({ cost: 0.5, prompt_tokens: -1 }, doubted)).toMatchObject({ cost: '0.5', unpriced: null });
    expect(stated({ prompt_tokens: -1 }, doubted)).toMatchObject(unpriced('usage'));
  });

  test('does not bill a replay', () => {
    expect(stated({ cost: 0.5 }, { billed: false })).toMatchObject(unpriced('replay'));
  });

  test('that says nothing leaves the known price', () => {
    expect(stated({ cost: null, cost_in_usd_ticks: null })).toMatchObject({ cost: '0.0025', costSource: 'known' });
  });
});

describe('no cost', () => {
  test('is more than a row can hold', () => {
    const priceOverride = { input: '999999999999', output: '1' };
    expect(bill({ inputTokens: 100_000_000, usage: {}, priceOverride })).toMatchObject(unpriced('amount'));
  });

  test.each([
    ['a count in words', { prompt_tokens_details: { audio_tokens: 'many' } }],
    ['less than none', { prompt_tokens_details: { audio_tokens: -1 } }],
    ['more than there can be', { completion_tokens_details: { image_tokens: 1e12 } }],
    ['half a source', { num_sources_used: 0.5 }],
  ])('comes of %s', (_, usage) => {
    expect(bill(openAi('gpt-4o', usage, { inputTokens: 1000 }))).toMatchObject({ ...unpriced('usage'), units: null });
  });

  test('comes of an hour’s writes that nobody can count', () => {
    const usage = { cache_creation: { ephemeral_1h_input_tokens: -1 } };
    expect(bill(anthropic(usage, { inputTokens: 10, cacheWriteTokens: 5 }))).toMatchObject(unpriced('usage'));
  });

  test('has what the simulator says, whatever it says', () => {
    const simulated = { pricedAs: 'simulator', model: 'gpt-4o', inputTokens: 1000 };
    expect(bill({ ...simulated, usage: { cost: 1 } })).toMatchObject(unpriced('simulated'));
    expect(bill({ ...simulated, priceOverride: { input: '1', output: '1' } })).toMatchObject(unpriced('simulated'));
    expect(bill({ ...simulated, usageSource: 'none', usage: null })).toMatchObject(unpriced('simulated'));
  });
});
