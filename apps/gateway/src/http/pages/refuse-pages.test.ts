import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { refusingPages } from './refuse-pages.ts';

const APP = 'https://app.example';
const refuse = refusingPages({ ownHosts: ['weir.internal'], corsOrigins: [APP] });
const JSON_TYPE = { 'content-type': 'application/json', 'content-length': '2' };

/** The code of the refusal; undefined where there is none. */
function refusalOf(headers: IncomingHttpHeaders, json = false): string | undefined {
  try {
    refuse({ headers: { host: '127.0.0.1:8080', ...headers } } as IncomingMessage, { json });
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}

describe('refused for its origin is', () => {
  test.each<IncomingHttpHeaders>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://127.0.0.1:8080' },
    { origin: `${APP}.evil.example` },
    { origin: `${APP}, ${APP}` },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'Cross-Site' },
    { 'sec-fetch-site': 'none, none' },
    { 'sec-fetch-site': '' },
  ])('%j', (headers) => {
    expect(refusalOf({ ...headers, ...JSON_TYPE }, true)).toBe('origin_not_allowed');
  });
});

describe('nobody is refused', () => {
  test.each<IncomingHttpHeaders>([
    {},
    { host: 'weir.internal' },
    { host: undefined },
    { origin: APP, 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin' },
  ])('who says of itself %j', (headers) => {
    expect(refusalOf({ ...headers, ...JSON_TYPE }, true)).toBeUndefined();
    expect(refusalOf(headers)).toBeUndefined();
  });
});

test('refused for its host is who calls the gateway by a name that is not its own, wherever it comes from', () => {
  expect(refusalOf({ host: 'evil.example', ...JSON_TYPE }, true)).toBe('host_not_allowed');
  expect(refusalOf({ host: 'evil.example', 'sec-fetch-site': 'same-origin' })).toBe('host_not_allowed');
  expect(refusalOf({ host: 'evil.example', origin: APP })).toBe('host_not_allowed');
  expect(refusalOf({ host: '' })).toBe('host_not_allowed');
});

describe('a body', () => {
  test.each(['application/json', 'Application/JSON; charset=utf-8', 'application/vnd.api+json'])(
    'of %s is JSON',
    (type) => {
      expect(refusalOf({ 'content-type': type, 'content-length': '2' }, true)).toBeUndefined();
      expect(refusalOf({ 'content-type': type, 'content-length': '2' })).toBeUndefined();
    },
  );

  test.each([
    undefined,
    '',
    'text/plain',
    'text/plain;application/json',
    'text/plain; charset=application/json',
    'application/x-www-form-urlencoded',
  ])('of %j is taken nowhere: a page sends it without asking', (type) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    expect(refusalOf({ ...headers, 'content-length': '2' }, true)).toBe('unsupported_media_type');
    expect(refusalOf({ ...headers, 'content-length': '2' })).toBe('unsupported_media_type');
    expect(refusalOf({ ...headers, 'transfer-encoding': 'chunked' })).toBe('unsupported_media_type');
  });

  test.each(['multipart/form-data; boundary=x', 'application/octet-stream', 'application/json, text/plain'])(
    'of %s is taken where another endpoint wants it, and not where JSON is wanted',
    (type) => {
      expect(refusalOf({ 'content-type': type, 'content-length': '2' })).toBeUndefined();
      expect(refusalOf({ 'content-type': type, 'content-length': '2' }, true)).toBe('unsupported_media_type');
    },
  );

  test('that is none needs no type, but where JSON is wanted', () => {
    expect(refusalOf({ 'content-length': '0' })).toBeUndefined();
    expect(refusalOf({}, true)).toBe('unsupported_media_type');
  });
});
