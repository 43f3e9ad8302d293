import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { WeirError } from '../../errors.ts';
import { RequestBody } from '../request-body.ts';
import {
  askOpenAiResponses,
  askPolledResponse,
  askRecordedResponse,
  askStoredResponse,
} from './openai-responses-ask.ts';

const ask = (body: string) => askOpenAiResponses({ url: '/v1/responses', body: RequestBody.of(Buffer.from(body)) });

function refusalOf(body: string): unknown {
  try {
    return ask(body);
  } catch (error) {
    return error instanceof WeirError ? error.code : error;
  }
}

describe('a request', () => {
  test.each([
    ['{"model":"m","input":"a"}', 'm', false],
    ['{"model":"m","input":"a","stream":false}', 'm', false],
    ['{"model":"m","input":"a","stream":true}', 'm', true],
    ['{"model":"m","stream":true,"stream_options":{"include_obfuscation":false}}', 'm', true],
    ['{"model":"m","background":true}', 'm', false],
  ])('goes on as it came, for usage comes unasked: %s', (body, model, streamed) => {
    const asked = ask(body);
    expect(asked).toEqual({
      model,
      streamed,
      usageRequested: true,
      usageOverruled: false,
      body: Buffer.from(body),
    });
  });

  test.each([
    ['{"prompt":{"id":"pmpt_1","version":"2"}}', 'prompt:pmpt_1'],
    ['{"model":null,"prompt":{"id":"pmpt_1"}}', 'prompt:pmpt_1'],
    ['{"model":"m","prompt":{"id":"pmpt_1"}}', 'm'],
  ])('may leave the model to its template: %s', (body, model) => {
    expect(ask(body).model).toBe(model);
  });

  test.each(['{"input":"a"}', '{"model":""}', '{"model":7}', '{"prompt":null}', '{"prompt":{"id":""}}'])(
    'that names neither is refused: %s',
    (body) => {
      expect(refusalOf(body)).toBe('invalid_request');
    },
  );

  test.each(['', '[]', '{', 'null'])('must have a body, not %j', (body) => {
    expect(refusalOf(body)).toBe('invalid_body');
  });
});

describe('a response that is read by its id is replayed from where it says', () => {
  test.each([
    ['/v1/responses/resp_1', false, false],
    ['/v1/responses/resp_1?include[]=usage&stream=false', false, false],
    ['/v1/responses/resp_1?stream=true', true, false],
    ['/v1/responses/resp_1?starting_after=4&stream=true', true, true],
    ['http://127.0.0.1:8080/v1/responses/resp_1?stream=true&starting_after=4', true, true],
  ])('%s', (url, streamed, replay) => {
    for (const body of ['', '{"model":"m"}'])
      expect(askStoredResponse({ url, body: RequestBody.of(Buffer.from(body)) })).toMatchObject({
        model: 'replay',
        namesNoModel: true,
        streamed,
        replay,
      });
  });
});

describe('a response that is looked at by its id', () => {
  const body = RequestBody.of(Buffer.alloc(0));

  test.each(['/v1/responses/resp_1', '/openai/v1/responses/resp_1?starting_after=0'])(
    'is no replay, whatever the caller says, for the ledger knows: %s',
    (url) => {
      expect(askPolledResponse({ url, body })).toMatchObject({ replay: false, tags: { background: 'resp_1' } });
    },
  );

  test('in a call that leaves a row in any case is one, unless the answer is of the background', () => {
    const url = '/v1/responses/resp_1/cancel';
    expect(askRecordedResponse({ url, body })).toMatchObject({ replay: true, tags: { background: 'resp_1' } });
  });
});
