import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { CREDENTIAL_HEADERS, downstreamHeaders, upstreamHeaders } from './headers.ts';

const up = (
  headers: IncomingHttpHeaders,
  add: Record<string, string> = {},
  drop: readonly string[] = CREDENTIAL_HEADERS,
) => upstreamHeaders(headers, { drop, add });

const HOP_BY_HOP = {
  connection: 'keep-alive',
  'keep-alive': 'timeout=5',
  'proxy-authenticate': 'Basic',
  'proxy-authorization': 'Basic x',
  'proxy-connection': 'keep-alive',
  te: 'trailers',
  trailer: 'x-sum',
  'transfer-encoding': 'chunked',
  upgrade: 'h2c',
};
const CREDENTIALS = { authorization: 'Bearer k', 'x-api-key': 'k', 'api-key': 'k', 'x-goog-api-key': 'k' };

describe('what belongs to one connection, or to the gateway, passes neither way', () => {
  test.each([
    ['hop by hop', HOP_BY_HOP],
    ['named by `connection`', { connection: 'close, X-Own ,x-other', 'x-own': '1', 'x-other': '2' }],
    ['said to the gateway', { 'x-weir-user': 'u', 'x-weir-tags': 'a=1', 'x-weir-': '', 'x-weir-anything': '1' }],
    ['length', { 'content-length': '7' }],
    ['packing', { 'content-encoding': 'gzip' }],
    ['not there', { 'x-own': undefined }],
  ])('%s', (_name, headers: IncomingHttpHeaders) => {
    expect(up({ ...headers, accept: '*/*' })).toEqual({ accept: '*/*', 'accept-encoding': 'identity' });
    expect(downstreamHeaders({ ...headers, vary: 'origin' })).toEqual({ vary: 'origin' });
  });
});

describe('upstream is told', () => {
  test('everything else, as it came', () => {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'OpenAI/JS',
      'openai-organization': 'org',
      'x-request-id': 'r-1',
      'x-weird': 'not ours',
      traceparent: '00-1-2-01',
    };
    expect(up(headers)).toEqual({ ...headers, 'accept-encoding': 'identity' });
  });

  test('several values of one name as several', () => {
    expect(up({ 'x-own': ['a=1', 'b=2'] } as unknown as IncomingHttpHeaders)['x-own']).toEqual(['a=1', 'b=2']);
  });

  test.each([
    'cookie',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-anything',
    'forwarded',
    'x-real-ip',
    'via',
    'referer',
    'origin',
    'baggage',
    'x-forwarded',
    'x_forwarded_for',
    'x-envoy-external-address',
    'x-azure-clientip',
    'fly-client-ip',
    'x-appengine-user-ip',
    'cookie2',
    'from',
    'sec-fetch-site',
    'sec-ch-ua-platform',
  ])('nothing of where its caller is and how it came: %s', (name) => {
    expect(up({ [name]: 'x' })).toEqual({ 'accept-encoding': 'identity' });
  });

  test.each([
    'x-goog-fieldmask',
    'x-goog-encode-response-if-executable',
    'x-http-method-override',
    'x-http-method',
    'x-method-override',
    'x-original-url',
    'x-rewrite-url',
    'x_http_method_override',
  ])('nothing that makes another call of it, or another answer: %s', (name) => {
    expect(up({ [name]: 'x' })).toEqual({ 'accept-encoding': 'identity' });
  });

  test('what its operator adds, even where a caller may not say it', () => {
    expect(up({ referer: 'https://caller.test' }, { referer: 'https://weir.test' })).toMatchObject({
      referer: 'https://weir.test',
    });
  });

  test('nothing of the host, and that it must not pack its answer', () => {
    expect(up({ host: 'weir', 'accept-encoding': 'gzip, br', expect: '100-continue' })).toEqual({
      'accept-encoding': 'identity',
    });
  });

  test('the credential that its caller sent, where that is wanted', () => {
    expect(up(CREDENTIALS, {}, [])).toEqual({ ...CREDENTIALS, 'accept-encoding': 'identity' });
  });

  test('no credential at all, where none is wanted', () => {
    expect(up({ x_api_key: 'k' })).toEqual({ 'accept-encoding': 'identity' });
    expect(up(CREDENTIALS)).toEqual({ 'accept-encoding': 'identity' });
  });

  test('the credential of the gateway, and none other', () => {
    expect(up(CREDENTIALS, { authorization: 'Bearer sk' })).toEqual({
      authorization: 'Bearer sk',
      'accept-encoding': 'identity',
    });
    expect(up(CREDENTIALS, { 'x-api-key': 'sk' })).toEqual({ 'x-api-key': 'sk', 'accept-encoding': 'identity' });
  });

  test('even where the caller says that the credential belongs to the connection', () => {
    expect(up({ connection: 'authorization' }, { authorization: 'Bearer sk' })).toMatchObject({
      authorization: 'Bearer sk',
    });
  });
});

test('the client is told what the provider said, several values as several', () => {
  const headers = {
    'content-type': 'text/event-stream',
    'www-authenticate': ['a=1', 'b=2'],
    'x-ratelimit-remaining': '5',
    'retry-after': '3',
  };
  expect(downstreamHeaders(headers as unknown as IncomingHttpHeaders)).toEqual(headers);
});

test.each([
  'set-cookie',
  'server',
  'alt-svc',
  'strict-transport-security',
  'clear-site-data',
  'via',
  'x-powered-by',
  'location',
  'openai-organization',
  'openai-project',
  'anthropic-organization-id',
])("the client is told nothing of the provider's server and of the account: %s", (name) => {
  expect(downstreamHeaders({ [name]: 'x' })).toEqual({});
});

test('what was handed in stays as it was', () => {
  const headers = { ...CREDENTIALS, connection: 'x-own', 'x-own': '1' };
  const before = { ...headers };
  up(headers, { authorization: 'Bearer sk' });
  downstreamHeaders(headers);
  expect(headers).toEqual(before);
});
