import { Buffer } from 'node:buffer';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { completionSchema } from '@weir/ledger/completion';
import type { UnitPrices } from '@weir/ledger/unit-prices';
import { createAdmission } from '../../admission/admission.ts';
import type { Endpoint } from '../../dialects/endpoint.ts';
import { openAiChat } from '../../dialects/openai/openai-chat.ts';
import { RequestBody } from '../../dialects/request-body.ts';
import { WeirError } from '../../errors.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Outlet } from '../client/outlet.ts';
import { Exchange } from '../exchange.ts';
import { openingOf } from '../request/opening.ts';
import { OutgoingBody } from '../request/outgoing-body.ts';
import { parse } from '../request/parse.ts';
import { Semaphore } from '../semaphore.ts';
import { completionOf } from './completion.ts';

const CHAT: Endpoint = {
  method: 'POST',
  path: '/v1/chat/completions',
  name: '/v1/chat/completions',
  dialect: openAiChat,
};

const TOLD = { httpStatus: 200, framesDelivered: 3, bytesDelivered: 99 };
const ID = '0199d1e2-0000-7000-8000-000000000001';
const CREDENTIAL = 'sk-caller-secret';
const PROMPT = 'what the caller said';
const ANSWER = 'what the provider said';

const CONTENT = `data: {"id":"c1","model":"m-1","choices":[{"index":0,"delta":{"content":"${ANSWER}"}}]}\n\n`;
const FINISH =
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11,"cost":0.1}}\n\n';
const DONE = 'data: [DONE]\n\n';

function open(headers: Record<string, string> = {}, priceOverride: UnitPrices | null = null): Exchange {
  const text = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: PROMPT }] });
  const received = {
    id: ID,
    headers: { authorization: `Bearer ${CREDENTIAL}`, ...headers },
    url: '/v1/chat/completions?x=1',
    body: RequestBody.of(Buffer.from(text)),
  };
  const { call } = parse(received, CHAT);
  const upstream = { name: 'default', pricedAs: 'openai', onDisconnect: 'drain', drainTimeoutMs: 1000 } as Upstream;
  return new Exchange({
    call,
    body: new OutgoingBody(null, { release: () => {} }),
    upstream,
    admission: createAdmission([]),
    opening: openingOf(call, { gateway: 'gateway-1', upstream, priceOverride }),
    stripUsage: false,
    trailing: false,
    outlet: { abandon() {} } as Outlet,
    priceFor: () => null,
    drains: new Semaphore(1),
    onGap: () => {},
  });
}

function see(exchange: Exchange, ...frames: string[]): Exchange {
  for (const frame of frames) exchange.attempt.read(Buffer.from(frame));
  return exchange;
}

function ended(exchange: Exchange): Exchange {
  exchange.ending.complete(exchange.attempt.reading(), { clean: true });
  exchange.upstreamEnded();
  return exchange;
}

const settled = (exchange: Exchange) => completionOf(exchange, TOLD);

test('a good answer is settled as it was', () => {
  const exchange = open({
    'x-request-id': 'r-1',
    'x-weir-user': 'u',
    'x-weir-chat-id': 'c',
    'x-weir-message-id': 'm',
    'x-weir-tags': 'a=1',
  });
  exchange.attempt.upstreamStatus = 200;
  exchange.attempt.bytes = 300;
  expect(settled(ended(see(exchange, CONTENT, FINISH, DONE)))).toMatchObject({
    version: 2,
    id: ID,
    gateway: 'gateway-1',
    endpoint: '/v1/chat/completions',
    dialect: 'openai-chat',
    streamed: true,
    upstream: 'default',
    modelRequested: 'm',
    model: 'm-1',
    upstreamId: 'c1',
    callerRequestId: 'r-1',
    status: 'ok',
    reason: null,
    detail: null,
    terminalSeen: true,
    finishReason: 'stop',
    httpStatus: 200,
    upstreamStatus: 200,
    inputTokens: 9,
    outputTokens: 2,
    totalTokens: 11,
    usageSource: 'reported',
    usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, cost: 0.1 },
    unpriced: null,
    pricedAs: 'openai',
    priceOverride: null,
    frames: 3,
    framesDelivered: 3,
    bytes: 300,
    bytesDelivered: 99,
    drained: false,
    user: 'u',
    chatId: 'c',
    messageId: 'm',
    tags: { a: '1' },
  });
});

describe('usage is', () => {
  test.each<[string, string[], 'reported' | 'partial' | 'none', string | null]>([
    ['reported, where the answer was complete', [CONTENT, FINISH, DONE], 'reported', null],
    ['reported, where only the terminal frame was missing', [CONTENT, FINISH], 'reported', null],
    ['partial, where the answer broke', [FINISH.replace('"stop"', 'null')], 'partial', 'stream_incomplete'],
    ['unknown, where nobody said it', [CONTENT, DONE], 'none', 'usage_missing'],
    ['unknown, where nothing came', [], 'none', 'stream_incomplete'],
  ])('%s', (_name, frames, usageSource, reason) => {
    expect(settled(ended(see(open(), ...frames)))).toMatchObject({ usageSource, reason });
  });

  test('reported, where what is billed is no token', () => {
    const exchange = see(open(), CONTENT, DONE);
    const reading = { ...exchange.attempt.reading(), units: { characters: 310 } };
    jest.spyOn(exchange.attempt, 'reading').mockReturnValue(reading);
    const expected = { usageSource: 'reported', reason: null, units: { characters: 310 }, usage: null };
    expect(settled(ended(exchange))).toMatchObject(expected);
  });

  test('kept with the tier that it was served in', () => {
    const flex = FINISH.replace('{"choices"', '{"service_tier":"flex","choices"');
    expect(settled(ended(see(open(), CONTENT, flex, DONE)))).toMatchObject({ serviceTier: 'flex', units: null });
  });

  test('partial, where the connection broke before the end', () => {
    const exchange = see(open(), CONTENT, FINISH);
    exchange.ending.fail(new WeirError('upstream_reset'));
    expect(settled(exchange)).toMatchObject({
      usageSource: 'partial',
      unpriced: null,
      reason: 'upstream_reset',
      totalTokens: 11,
    });
  });

  test('kept beside zeros, where none of it is believed, even if the connection broke', () => {
    const exchange = see(open(), CONTENT, FINISH.replace('"completion_tokens":2', '"completion_tokens":-2'));
    exchange.ending.fail(new WeirError('upstream_reset'));
    expect(settled(exchange)).toMatchObject({
      usageSource: 'none',
      usage: { prompt_tokens: 9, completion_tokens: -2 },
      unpriced: 'usage',
      reason: 'upstream_reset',
      totalTokens: 0,
    });
  });
});

describe('what the ledger is sent, it takes as it is', () => {
  const left = (): Exchange => {
    const exchange = see(open(), CONTENT);
    exchange.depart('client_disconnected');
    return ended(see(exchange, FINISH, DONE));
  };
  const refused = (): Exchange => {
    const exchange = open();
    exchange.ending.fire('upstream_status', 'The provider answered 429.');
    return exchange;
  };

  test.each<[string, () => Exchange]>([
    ['of a good answer', () => ended(see(open(), CONTENT, FINISH, DONE))],
    ['of one with everything wished', () => ended(see(open({ 'x-weir-tags': 'a=1,b=', 'x-weir-user': 'u' }), DONE))],
    ["of one with the operator's own prices", () => ended(see(open({}, { input: '1', output: '2.5' }), FINISH))],
    [
      'of one whose usage is nonsense',
      () => ended(see(open(), FINISH.replace(':9', ':1e400').replace('0.1', '-1e400'))),
    ],
    ['of one that was read on', left],
    ['of one that was refused', refused],
    ['of one that never began', open],
  ])('%s', (_name, exchange) => {
    const completion = settled(exchange());
    const sent = JSON.parse(JSON.stringify(completion));
    expect(completionSchema.parse(completion)).toEqual(completion);
    expect(completionSchema.parse(sent)).toEqual(completion);
  });
});

describe('what a provider says without measure', () => {
  const counted = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };
  const columns = { inputTokens: 9, outputTokens: 2, totalTokens: 11, usageSource: 'reported', status: 'ok' };
  const settledWith = (usage: string) =>
    settled(ended(see(open(), CONTENT, FINISH, `data: {"choices":[],"usage":${usage}}\n\n`, DONE)));
  const nested = (depth: number) =>
    `{"prompt_tokens":9,"completion_tokens":2,"in":${'['.repeat(depth)}${']'.repeat(depth)}}`;

  test('of itself is cut to 512 characters', () => {
    const long = 'x'.repeat(513);
    const chunk = { id: long, model: long, choices: [{ index: 0, delta: {}, finish_reason: long }] };
    const { model, upstreamId, finishReason } = settled(ended(see(open(), `data: ${JSON.stringify(chunk)}\n\n`)));
    for (const text of [model, upstreamId, finishReason]) expect(text).toBe('x'.repeat(512));
  });

  test('as its usage is kept up to 64 KiB, and beyond that only as it was counted', () => {
    const padded = (length: number) => ({ ...counted, padding: 'x'.repeat(length) });
    const room = 65_536 - JSON.stringify(padded(0)).length;
    expect(settledWith(JSON.stringify(padded(room)))).toMatchObject({ ...columns, usage: padded(room) });
    expect(settledWith(JSON.stringify(padded(room + 1)))).toMatchObject({ ...columns, usage: null });
  });

  test('and JSON cannot say is kept as text', () => {
    const usage = { prompt_tokens: 'Infinity', completion_tokens: 2, cost: '-Infinity' };
    expect(settledWith('{"prompt_tokens":1e400,"completion_tokens":2,"cost":-1e400}')).toMatchObject({ usage });
  });

  test('as its usage is kept 64 levels deep, and beyond that only as it was counted', () => {
    expect(settledWith(nested(63))).toMatchObject({ ...columns, usage: JSON.parse(nested(63)) });
    for (const depth of [64, 3000, 30_000]) {
      expect(settledWith(nested(depth))).toMatchObject({ ...columns, usage: null });
    }
  });
});

test('nothing of what was said, and no credential, is in it', () => {
  const text = JSON.stringify(settled(ended(see(open(), CONTENT, FINISH, DONE))));
  for (const secret of [CREDENTIAL, PROMPT, ANSWER]) expect(text).not.toContain(secret);
});

test('the times are whole and in order', () => {
  const exchange = open();
  exchange.timings.start();
  exchange.timings.headers();
  const { headersMs, ttftMs, durationMs, clientMs, startedAt, finishedAt } = settled(
    ended(see(exchange, CONTENT, DONE)),
  );
  for (const ms of [headersMs, ttftMs, durationMs]) expect(ms).toBeGreaterThanOrEqual(0);
  expect(ttftMs).toBeGreaterThanOrEqual(headersMs ?? 0);
  expect(durationMs).toBeGreaterThanOrEqual(ttftMs ?? 0);
  expect([headersMs, ttftMs, durationMs].every(Number.isInteger)).toBe(true);
  expect(clientMs).toBeNull();
  expect(Date.parse(finishedAt)).toBeGreaterThanOrEqual(Date.parse(startedAt));
});

afterEach(() => void jest.useRealTimers());

test('a clock that is set back during a stream does not put its end before its start', () => {
  jest.useFakeTimers();
  const exchange = open();
  exchange.timings.start();
  jest.advanceTimersByTime(1500);
  jest.setSystemTime(Date.now() - 3_600_000);
  const { startedAt, finishedAt, durationMs } = settled(ended(see(exchange, CONTENT, DONE)));
  expect(durationMs).toBe(1500);
  expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBe(1500);
});
