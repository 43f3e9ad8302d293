import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { lostCompletion, openingSchema } from '@weir/ledger/opening';
import type { UnitPrices } from '@weir/ledger/unit-prices';
import { openAiChat } from '../../dialects/openai/openai-chat.ts';
import { openAiStoredResponses } from '../../dialects/openai/openai-responses.ts';
import { RequestBody } from '../../dialects/request-body.ts';
import { openingOf } from './opening.ts';
import { parse } from './parse.ts';

const ID = '0199d1e2-0000-7000-8000-000000000001';
const CREDENTIAL = 'sk-caller-secret';
const PROMPT = 'what the caller said';

const received = (headers: Record<string, string> = {}) => ({
  id: ID,
  headers: { authorization: `Bearer ${CREDENTIAL}`, ...headers },
  url: '/v1/chat/completions',
  body: RequestBody.of(
    Buffer.from(JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: PROMPT }] })),
  ),
});

const chat = {
  method: 'POST' as const,
  path: '/v1/chat/completions',
  name: '/v1/chat/completions',
  dialect: openAiChat,
};

const open = (headers: Record<string, string> = {}, priceOverride: UnitPrices | null = null) =>
  openingOf(parse(received(headers), chat).call, {
    gateway: 'gateway-1',
    upstream: { name: 'main', pricedAs: 'openai' },
    priceOverride,
  });

describe('an opening', () => {
  test('says what is known before upstream is asked', () => {
    const headers = {
      'x-request-id': 'r-1',
      'x-weir-user': 'u',
      'x-weir-chat-id': 'c',
      'x-weir-message-id': 'm-1',
      'x-weir-tags': 'a=1',
    };
    expect(open(headers, { input: '1', output: '2' })).toEqual({
      version: 2,
      id: ID,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      gateway: 'gateway-1',
      endpoint: '/v1/chat/completions',
      dialect: 'openai-chat',
      streamed: true,
      upstream: 'main',
      modelRequested: 'm',
      callerRequestId: 'r-1',
      pricedAs: 'openai',
      priceOverride: { input: '1', output: '2' },
      billed: true,
      key: expect.any(String),
      user: 'u',
      chatId: 'c',
      messageId: 'm-1',
      tags: { a: '1' },
    });
  });

  test('is one that the ledger takes, whole and as the row of a request that was lost', () => {
    const opening = open();
    expect(openingSchema.parse(JSON.parse(JSON.stringify(opening)))).toEqual(opening);
    expect(lostCompletion(opening, new Date(0))).toMatchObject({ id: ID, durationMs: 0, reason: 'gateway_lost' });
  });

  test('holds no credential, and nothing of what was said', () => {
    const text = JSON.stringify(open());
    for (const secret of [CREDENTIAL, PROMPT]) expect(text).not.toContain(secret);
  });

  test('of an answer that is asked for again is not billed, and says so', () => {
    const url = '/v1/responses/resp_1?stream=true&starting_after=5';
    const endpoint = {
      method: 'GET' as const,
      path: '/v1/responses/{id}',
      name: '/v1/responses',
      dialect: openAiStoredResponses,
    };
    const body = RequestBody.of(Buffer.alloc(0));
    const { call: again } = parse({ ...received({ 'x-weir-tags': 'a=1' }), url, body }, endpoint);
    const upstream = { name: 'main', pricedAs: null };
    const opening = openingOf(again, { gateway: 'gateway-1', upstream, priceOverride: null });
    expect(opening).toMatchObject({ billed: false, tags: { a: '1', replay: 'true' } });
  });
});
