import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createAdmission } from '../../admission/admission.ts';
import { gemini } from '../../dialects/gemini/gemini.ts';
import { openAiChat } from '../../dialects/openai/openai-chat.ts';
import type { Auth } from '../../upstream/auth.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { headersFor, pathFor } from './outgoing-headers.ts';

const PAID = { name: 'paid', apiKey: 'sk-upstream' } as Upstream;
const UNPAID = { name: 'unpaid' } as Upstream;
const admission = createAdmission(['weir-key']);

/** The headers that go upstream for a caller who sent these. */
const sent = (headers: IncomingHttpHeaders, upstream: Upstream) =>
  headersFor(headers, openAiChat, { upstream, admission });

test('where the gateway pays, its own key goes upstream, whatever the caller sent', () => {
  for (const authorization of ['', 'Bearer weir-key', 'Bearer sk-caller']) {
    expect(sent({ authorization, 'x-api-key': 'k' }, PAID)).toEqual({
      authorization: 'Bearer sk-upstream',
      'accept-encoding': 'identity',
    });
  }
});

test("where the caller pays, the caller's credential goes as it came", () => {
  const headers = { authorization: 'Bearer sk-caller', 'api-key': 'k' };
  expect(sent(headers, UNPAID)).toEqual({ ...headers, 'accept-encoding': 'identity' });
});

describe('where the gateway pays, the caller does not choose whose account is charged', () => {
  const headers = {
    'openai-organization': 'org-of-the-caller',
    'openai-project': 'p',
    'x-goog-user-project': 'p',
    'anthropic-workspace-id': 'w',
    'ocp-apim-subscription-key': 'k',
  };

  test('and where the caller pays, it does', () => {
    expect(sent(headers, PAID)).toEqual({ authorization: 'Bearer sk-upstream', 'accept-encoding': 'identity' });
    expect(sent(headers, UNPAID)).toEqual({ ...headers, 'accept-encoding': 'identity' });
  });

  test('but the operator may', () => {
    const upstream = { ...PAID, headers: { drop: [], add: { 'openai-organization': 'org-of-ours' } } };
    expect(sent(headers, upstream)).toMatchObject({ 'openai-organization': 'org-of-ours' });
  });
});

test.each<[Auth, object]>([
  ['bearer', { authorization: 'Bearer sk-upstream' }],
  ['x-api-key', { 'x-api-key': 'sk-upstream' }],
  ['api-key', { 'api-key': 'sk-upstream' }],
  ['x-goog-api-key', { 'x-goog-api-key': 'sk-upstream' }],
  ['none', {}],
])('the key is sent as its upstream wants it: %s', (auth, header) => {
  const headers = { authorization: 'Bearer weir-key', 'x-api-key': 'k' };
  expect(sent(headers, { ...PAID, auth })).toEqual({ ...header, 'accept-encoding': 'identity' });
});

test('what the operator drops is not sent, and what he adds takes the place of the same header', () => {
  const headers = { drop: ['user-agent', 'not-there'], add: { 'x-team': 'weir' } };
  expect(sent({ 'user-agent': 'u', 'x-team': 'mine', accept: '*/*' }, { ...UNPAID, headers })).toEqual({
    accept: '*/*',
    'x-team': 'weir',
    'accept-encoding': 'identity',
  });
});

describe("a key of the gateway's own never goes upstream", () => {
  test.each<IncomingHttpHeaders>([
    { authorization: 'Bearer weir-key' },
    { 'x-api-key': 'weir-key' },
    { authorization: 'Bearer weir-key', 'x-api-key': 'weir-key' },
    { authorization: 'Bearer sk-caller', 'x-api-key': 'weir-key' },
    { 'api-key': 'weir-key', 'x-goog-api-key': 'sk-caller' },
    { 'x-api-key': 'weir-key, weir-key' },
    { 'x-api-key': 'sk-caller, weir-key' },
    { authorization: 'Token weir-key' },
    { authorization: `${'x '.repeat(20)}weir-key` },
    { authorization: 'Bearer sk-caller', 'x-weir-key': 'weir-key' },
    { 'x-auth-token': 'weir-key' },
    { 'x-litellm-api-key': 'Bearer weir-key' },
    { 'ocp-apim-subscription-key': 'weir-key' },
    { authorization: 'Token token="weir-key"' },
    { 'x-api-key': 'key=weir-key' },
    { x_api_key: 'weir-key' },
    { 'x-client-secret': ['a', 'weir-key'] } as unknown as IncomingHttpHeaders,
  ])('from %j', (headers) => {
    for (const upstream of [PAID, UNPAID]) expect(JSON.stringify(sent(headers, upstream))).not.toContain('weir-key');
  });
});

describe('what of the query goes upstream', () => {
  const path = (query: string, upstream: Upstream, dialect = gemini, known = admission) =>
    pathFor(`/models/m:generateContent${query}`, dialect, { upstream, admission: known }).slice(
      '/models/m:generateContent'.length,
    );

  test.each([
    'key',
    '$key',
    '%24key',
    'access_token',
    'oauth_token',
    'userProject',
    '$userProject',
    '%24userProject',
    'quotaUser',
  ])('is not %s, where the gateway pays', (name) => {
    expect(path(`?alt=sse&${name}=x`, PAID)).toBe('?alt=sse');
    expect(path(`?alt=sse&${name}=x`, UNPAID)).toBe(`?alt=sse&${name}=x`);
  });

  test.each([
    'api-key=weir-key',
    'api_key=weir-key',
    'KEY=weir-key',
    'x=Bearer+weir%2Dkey',
    'x=key%3Dweir-key',
    'weir-key',
    '$key=weir-key',
  ])("is no key of the gateway's own: %s", (parameter) => {
    for (const upstream of [PAID, UNPAID])
      for (const dialect of [gemini, openAiChat]) expect(path(`?a=1&${parameter}`, upstream, dialect)).toBe('?a=1');
  });

  test('is all of it, where nobody needs a key, and the caller pays', () => {
    const query = `?key=weir-key&${'x=y&'.repeat(500)}`;
    expect(path(query, UNPAID, gemini, createAdmission([]))).toBe(query);
  });
});
