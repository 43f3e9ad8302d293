import { describe, expect, test } from '@jest/globals';
import type { Completion } from '@weir/ledger/completion';
import { metadataHeaders, metadataOf } from './metadata.ts';

const PRICES = { input: '2', cachedInput: '1', output: '10' };

const completion = (more: Partial<Completion> = {}): Completion =>
  ({
    id: '0199d1e2-0000-7000-8000-000000000001',
    startedAt: '2026-01-01T00:00:00.000Z',
    status: 'ok',
    model: 'no-such-model',
    modelRequested: 'no-such-model',
    pricedAs: null,
    priceOverride: PRICES,
    dialect: 'openai-chat',
    usage: null,
    units: null,
    serviceTier: null,
    usageSource: 'reported',
    unpriced: null,
    billedOnce: null,
    inputTokens: 1000,
    cachedInputTokens: 500,
    cacheWriteTokens: 0,
    outputTokens: 100,
    ttftMs: 120,
    durationMs: 900,
    ...more,
  }) as Completion;

describe('metadata', () => {
  test("are the row's own numbers", () => {
    expect(metadataOf(completion())).toEqual({
      request_id: '0199d1e2-0000-7000-8000-000000000001',
      status: 'ok',
      input_tokens: 1000,
      output_tokens: 100,
      cost: '0.0025',
      currency: 'USD',
      ttft_ms: 120,
      duration_ms: 900,
    });
  });

  test('call unknown usage null, not zero, and its cost too', () => {
    const unknown = completion({ usageSource: 'none', inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 });
    expect(metadataOf(unknown)).toMatchObject({ input_tokens: null, output_tokens: null, cost: null });
  });

  test('say no cost of a response that may be read again: another row may have it', () => {
    expect(metadataOf(completion({ billedOnce: 'resp_1' }))).toMatchObject({ input_tokens: 1000, cost: null });
  });

  test('say zeros that were reported', () => {
    const zeros = completion({ inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, ttftMs: 0 });
    expect(metadataOf(zeros)).toMatchObject({ input_tokens: 0, output_tokens: 0, cost: '0', ttft_ms: 0 });
  });

  test('say what is known of a stream that broke', () => {
    expect(metadataOf(completion({ usageSource: 'partial', status: 'error' }))).toMatchObject({
      status: 'error',
      input_tokens: 1000,
      cost: '0.0025',
    });
  });

  test('call null what may be the half of a usage that was not believed', () => {
    const half = completion({ usageSource: 'partial', unpriced: 'usage', inputTokens: 0, cachedInputTokens: 0 });
    expect(metadataOf(half)).toMatchObject({ status: 'ok', input_tokens: null, output_tokens: 100, cost: null });
  });

  test('call the cost of a model without a price null', () => {
    expect(metadataOf(completion({ priceOverride: null })).cost).toBeNull();
  });

  test('say a small cost exactly, without an exponent', () => {
    const cheap = {
      inputTokens: 1,
      cachedInputTokens: 0,
      outputTokens: 0,
      priceOverride: { input: '0.000001', output: '1' },
    };
    expect(metadataOf(completion(cheap)).cost).toBe('0.000000000001');
  });
});

describe('as headers', () => {
  test('each has its own', () => {
    expect(metadataHeaders(metadataOf(completion()))).toEqual({
      'x-weir-request-id': '0199d1e2-0000-7000-8000-000000000001',
      'x-weir-status': 'ok',
      'x-weir-input-tokens': '1000',
      'x-weir-output-tokens': '100',
      'x-weir-cost': '0.0025',
      'x-weir-currency': 'USD',
      'x-weir-ttft-ms': '120',
      'x-weir-duration-ms': '900',
    });
  });

  test('what is unknown has none, and zero has one', () => {
    const headers = metadataHeaders(metadataOf(completion({ usageSource: 'none', ttftMs: null, durationMs: 0 })));
    expect(Object.keys(headers).sort()).toEqual([
      'x-weir-currency',
      'x-weir-duration-ms',
      'x-weir-request-id',
      'x-weir-status',
    ]);
    expect(headers['x-weir-duration-ms']).toBe('0');
  });
});
