import { describe, expect, test } from '@jest/globals';
import { upstreamHeadersSchema } from './upstream-headers.ts';

const problemsOf = (headers: object): string[] =>
  upstreamHeadersSchema.safeParse(headers).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ??
  [];

describe('the headers of an upstream', () => {
  test('are added, or with null taken away, whatever the case of their letters', () => {
    const headers = { 'OpenAI-Organization': 'org-1', 'x-team': 'a b\tc', 'User-Agent': null, cookie: 'a=1' };
    expect(upstreamHeadersSchema.parse(headers)).toEqual({
      add: { 'openai-organization': 'org-1', 'x-team': 'a b\tc', cookie: 'a=1' },
      drop: ['user-agent'],
    });
  });

  test.each([
    'Host',
    'content-length',
    'content-encoding',
    'accept-encoding',
    'expect',
    'connection',
    'Transfer-Encoding',
    'te',
    'trailer',
    'upgrade',
    'keep-alive',
    'proxy-authorization',
  ])('are not those that the gateway writes itself: %s', (name) => {
    const problem = `${name}: is for the gateway to write: it says how one request is sent`;
    expect([problemsOf({ [name]: 'x' }), problemsOf({ [name]: null })]).toEqual([[problem], [problem]]);
  });

  test.each(['Authorization', 'x-api-key', 'api-key', 'x-goog-api-key'])('carry no key: %s', (name) => {
    expect(problemsOf({ [name]: 'secret' })).toEqual([
      `${name}: carries a key: set api_key, and auth for how it is sent`,
    ]);
  });

  test('are not those that are said to the gateway', () => {
    expect(problemsOf({ 'X-Weir-User': 'u' })).toEqual([
      'X-Weir-User: is said to the gateway, and never goes upstream',
    ]);
  });

  test.each(['', 'two words', 'ä', 'a:b', 'a\n'])('have names that HTTP knows: not %j', (name) => {
    expect(problemsOf({ [name]: 'x' })).toEqual([`${name}: is no name of a header`]);
  });

  test.each(['', ' secret', 'secret ', 'secret\nx: 1', 'secret\r\n', 'secret\0', 'sécret'])(
    'have values that a line can carry: not %j, and it is not repeated',
    (value) => {
      expect(problemsOf({ 'x-own': value })).toEqual([
        'x-own: must be ASCII in one line, without spaces around it, or null',
      ]);
    },
  );

  test.each([1.0, true, ['secret'], { a: 'secret' }])('have values that are texts: not %j', (value) => {
    expect(problemsOf({ 'x-own': value })).toEqual(['x-own: must be a text (a number in quotes), or null']);
  });

  test('are named once', () => {
    expect(problemsOf({ 'x-own': 'a', 'X-Own': null })).toEqual(['x-own: is named twice', 'X-Own: is named twice']);
  });
});
