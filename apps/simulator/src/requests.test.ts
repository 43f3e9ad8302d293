import { expect, test } from '@jest/globals';
import { createRequestLog } from './requests.ts';
import { fingerprintOf } from './secrets.ts';

const asked = (id: string, headers = {}, url = '/v1/chat/completions') => {
  return { id, url, model: 'm', stream: true, headers, body: { model: 'm', stream: true, messageCount: 1 } };
};

test('a credential is kept as its fingerprint, other headers as they were', () => {
  const log = createRequestLog(10);
  const secrets = {
    authorization: 'Bearer k',
    'x-api-key': 'k',
    'api-key': 'k',
    'x-goog-api-key': 'k',
    cookie: 'session=k',
  };
  log.open(asked('a', { ...secrets, 'x-request-id': 'mine' }));
  const [record] = log.list();
  expect(record).toMatchObject({ id: 'a', model: 'm', stream: true, authorization: true, endedAt: null });
  expect(record?.headers).toEqual({
    authorization: fingerprintOf('Bearer k'),
    'x-api-key': fingerprintOf('k'),
    'api-key': fingerprintOf('k'),
    'x-goog-api-key': fingerprintOf('k'),
    cookie: fingerprintOf('session=k'),
    'x-request-id': 'mine',
  });
  expect(fingerprintOf('k')).toMatch(/^sha256:[0-9a-f]{12}$/);
});

test.each([
  ['/v1/messages', '/v1/messages'],
  ['/v1beta/models/m:generateContent?key=k', `/v1beta/models/m:generateContent?key=${fingerprintOf('k')}`],
  ['/x?alt=sse&%6Bey=k%20&z', `/x?alt=sse&key=${fingerprintOf('k ')}&z`],
  ['/x?monkey=k', '/x?monkey=k'],
])('of %s is kept %s', (url, kept) => {
  expect(createRequestLog(1).open(asked('a', {}, url)).url).toBe(kept);
});

test('the oldest request is forgotten when there are too many', () => {
  const log = createRequestLog(2);
  for (const id of ['a', 'b', 'c']) log.open(asked(id));
  expect(log.list().map(({ id }) => id)).toEqual(['b', 'c']);
  log.clear();
  expect(log.list()).toEqual([]);
});

test('a request whose body was no JSON object is remembered without a model', () => {
  const log = createRequestLog(2);
  log.open({ ...asked('a'), model: null, stream: false, body: null });
  expect(log.list()[0]).toMatchObject({ model: null, stream: false, authorization: false, body: null });
});
