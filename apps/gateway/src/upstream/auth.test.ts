import { expect, test } from '@jest/globals';
import { AUTHS, keyHeaders } from './auth.ts';

test('a key is sent in one header, or in none', () => {
  expect(AUTHS.map((auth) => [auth, keyHeaders(auth, 'sk')])).toEqual([
    ['bearer', { authorization: 'Bearer sk' }],
    ['x-api-key', { 'x-api-key': 'sk' }],
    ['api-key', { 'api-key': 'sk' }],
    ['x-goog-api-key', { 'x-goog-api-key': 'sk' }],
    ['none', {}],
  ]);
});
