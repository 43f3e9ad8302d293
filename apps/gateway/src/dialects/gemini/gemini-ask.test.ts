import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { WeirError } from '../../errors.ts';
import { RequestBody } from '../request-body.ts';
import { askGemini } from './gemini-ask.ts';

const BODY = Buffer.from('{"contents":[],"generationConfig":{"seed":7228414683750928000}}');
const ask = (url: string, body = BODY) => askGemini({ url, body: RequestBody.of(body) });

function refusalOf(url: string, body?: string | Buffer): [string, number] | null {
  try {
    ask(url, body === undefined ? BODY : Buffer.from(body));
    return null;
  } catch (error) {
    return error instanceof WeirError ? [error.code, error.status] : ['thrown', 0];
  }
}

describe('the path says what is asked for', () => {
  const VERTEX = '/v1/projects/p-1/locations/global/publishers/google/models';

  test.each([
    ['/v1beta/models/gemini-x:generateContent', 'gemini-x', false],
    ['/v1beta/models/gemini-x:streamGenerateContent', 'gemini-x', true],
    ['/v1beta/models/gemini-x:streamGenerateContent?alt=sse&key=k', 'gemini-x', true],
    ['/v1beta/models/gemini-x:generateContent?q=/models/other:streamGenerateContent', 'gemini-x', false],
    ['http://127.0.0.1:8080/v1beta/models/gemini-x:generateContent', 'gemini-x', false],
    [`${VERTEX}/gemini-x:streamGenerateContent`, 'gemini-x', true],
    ['/v1/projects/models/locations/l/publishers/models/models/gemini-x:generateContent', 'gemini-x', false],
    ['/v1beta/models/tuned%20%2F%C3%84pfel@001:generateContent', 'tuned /Äpfel@001', false],
    ['/v1beta/models/family%3Alarge%3AgenerateContent', 'family:large', false],
    ['/v1beta/models/owner/gemini-x:generateContent', 'owner/gemini-x', false],
    ['/v1beta/tunedModels/mine:generateContent', 'tunedModels/mine', false],
    ['/v1/projects/p/locations/l/endpoints/1:streamGenerateContent', 'projects/p/locations/l/endpoints/1', true],
  ])('%s', (url, model, streamed) => {
    expect(ask(url)).toMatchObject({ model, streamed });
  });

  test.each([
    '/v1beta/models/gemini-x',
    '/v1beta/models/gemini-x:countTokens',
    '/v1beta/models/gemini-x:generateContent/',
    '/v1beta/models/gemini-x:generatecontent',
  ])('and %s is none of it', (url) => {
    expect(refusalOf(url)).toEqual(['not_found', 404]);
  });

  test('and one that is not URL encoding is refused', () => {
    expect(refusalOf('/v1beta/models/%E0%A4%A:generateContent')).toEqual(['invalid_request', 400]);
  });
});

test('the body goes upstream as the very bytes that came', () => {
  expect(ask('/v1beta/models/g:streamGenerateContent').body).toBe(BODY);
});

test.each(['', '[]', 'null', '"text"', '{"contents":', '{}{}'])('a body of %j is no request', (body) => {
  expect(refusalOf('/v1beta/models/g:generateContent', body)).toEqual(['invalid_body', 400]);
});
