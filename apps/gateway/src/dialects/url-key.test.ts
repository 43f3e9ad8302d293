import { describe, expect, test } from '@jest/globals';
import { withoutParameters } from './query.ts';
import { isUrlKey, urlKeyIn } from './url-key.ts';

const PATH = '/v1beta/models/g:streamGenerateContent';

describe('a key in the URL', () => {
  test.each([
    ['?key=AIza', 'AIza', ''],
    ['?alt=sse&key=AIza', 'AIza', '?alt=sse'],
    ['?key=AIza&alt=sse', 'AIza', '?alt=sse'],
    ['?a=%2f+%2F&key=AIza&&b&c==&', 'AIza', '?a=%2f+%2F&&b&c==&'],
    ['?key=a%2Bb%3D%3D', 'a+b==', ''],
    ['?key=a=b==', 'a=b==', ''],
    ['?%6bey=AIza&alt=sse', 'AIza', '?alt=sse'],
    ['?$key=AIza&alt=sse', 'AIza', '?alt=sse'],
    ['?%24k%65y=AIza', 'AIza', ''],
    ['?key=%E0%A4%A', '%E0%A4%A', ''],
    ['?key=&key=second', 'second', ''],
    ['?key', null, ''],
    ['?key=', null, ''],
  ])('%s is found, and taken out', (query, key, rest) => {
    expect(urlKeyIn(PATH + query)).toBe(key);
    expect(withoutParameters(PATH + query, isUrlKey)).toBe(PATH + rest);
  });

  test.each(['', '?', '?&', '?alt=sse', '?Key=a', '?apikey=a&keys=b&x=key=c', '?x=?key=a', '?%E0=key'])(
    'is not in %j, which stays as it is',
    (query) => {
      expect(urlKeyIn(PATH + query)).toBeNull();
      expect(withoutParameters(PATH + query, isUrlKey)).toBe(PATH + query);
    },
  );

  test('is not looked for in the path', () => {
    expect(urlKeyIn('/key=a&key=b')).toBeNull();
    expect(withoutParameters('http://h/key=a?key=b', isUrlKey)).toBe('http://h/key=a');
  });
});
