import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../../dialects/endpoint.ts';
import { openAiChat } from '../../dialects/openai/openai-chat.ts';
import { RequestBody } from '../../dialects/request-body.ts';
import { WeirError } from '../../errors.ts';
import { parse, type Received } from './parse.ts';

const RECEIVED: Received = {
  id: '0199-id',
  headers: {},
  url: '/v1/chat/completions',
  body: RequestBody.of(Buffer.from('{"model":"m"}')),
};

const CHAT: Endpoint = {
  method: 'POST',
  path: '/v1/chat/completions',
  name: '/v1/chat/completions',
  dialect: openAiChat,
};

const call = (more: Partial<Received> = {}) => parse({ ...RECEIVED, ...more }, CHAT).call;

describe('a call', () => {
  test('is what was asked, by whom, and what is wished', () => {
    const headers = { authorization: 'Bearer k', 'x-weir-user': 'u', 'x-request-id': 'r-1' };
    expect(call({ headers, url: '/v1/chat/completions?x=1' })).toMatchObject({
      id: '0199-id',
      endpoint: '/v1/chat/completions',
      path: '/chat/completions?x=1',
      dialect: openAiChat,
      method: 'POST',
      ask: { model: 'm', streamed: false },
      requestOptions: { user: 'u' },
      presented: { weirKey: null, credential: 'k' },
      callerRequestId: 'r-1',
      headers,
    });
  });

  test('is refused where its JSON is said to be a form, or in other letters', () => {
    const refused = expect.objectContaining({ code: 'unsupported_media_type' });
    for (const type of ['application/x-www-form-urlencoded', 'application/json; charset=utf-7'])
      expect(() => call({ headers: { 'content-type': type } })).toThrow(refused);
    const nothing = { body: RequestBody.of(Buffer.alloc(0)), headers: { 'content-type': 'text/plain; charset=utf-7' } };
    expect(() => call(nothing)).toThrow(expect.objectContaining({ code: 'invalid_body' }));
  });

  test('has no request id of its caller where there is none', () => {
    expect(call().callerRequestId).toBeNull();
    expect(call({ headers: { 'x-request-id': '' } }).callerRequestId).toBeNull();
  });

  test('keeps the request id of its caller as UTF-8, and whole, or is refused', () => {
    const asSent = Buffer.from('réq', 'utf8').toString('latin1');
    expect(call({ headers: { 'x-request-id': asSent } }).callerRequestId).toBe('réq');
    expect(call({ headers: { 'x-request-id': 'x'.repeat(512) } }).callerRequestId).toBe('x'.repeat(512));
    const message = '`x-request-id` must not be longer than 512 characters.';
    const refusal = expect.objectContaining({ code: 'invalid_request', message }) as unknown as Error;
    expect(() => call({ headers: { 'x-request-id': 'x'.repeat(513) } })).toThrow(refusal);
  });

  test('without a body is refused', () => {
    expect(() => call({ body: RequestBody.of(Buffer.alloc(0)) })).toThrow(new WeirError('invalid_body'));
  });

  test('names a model in up to 512 characters, and is refused with a longer name, which the refusal does not repeat', () => {
    const naming = (length: number) => RequestBody.of(Buffer.from(JSON.stringify({ model: 'm'.repeat(length) })));
    expect(call({ body: naming(512) }).ask.model).toBe('m'.repeat(512));
    for (const [length, message] of [
      [513, "The model's name must not be longer than 512 characters."],
      [1_000_000, '`model` is too long.'],
    ] as const) {
      const refusal = expect.objectContaining({ code: 'invalid_request', status: 400, message });
      expect(() => call({ body: naming(length) })).toThrow(refusal as unknown as Error);
    }
  });

  test('with a wish that cannot be read is refused', () => {
    expect(() => call({ headers: { 'x-weir-trailing': 'maybe' } })).toThrow(WeirError);
  });
});
