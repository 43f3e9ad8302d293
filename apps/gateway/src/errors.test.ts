import { describe, expect, test } from '@jest/globals';
import { REASONS } from '@weir/ledger/completion';
import { type ErrorCode, FAILURES, isFailure, REFUSALS, reasonOf, TOLD_ALONE, WeirError } from './errors.ts';

const codesOf = (table: object) => Object.keys(table) as ErrorCode[];
const ALL = [REFUSALS, FAILURES, TOLD_ALONE].flatMap(codesOf);

test('each error has its status', () => {
  const statuses = ALL.map((code) => [code, new WeirError(code).status]);
  expect(Object.fromEntries(statuses)).toEqual({
    invalid_body: 400,
    invalid_request: 400,
    invalid_api_key: 401,
    origin_not_allowed: 403,
    host_not_allowed: 403,
    not_found: 404,
    model_not_found: 404,
    method_not_allowed: 405,
    body_timeout: 408,
    expectation_failed: 417,
    unsupported_version: 505,
    request_too_large: 413,
    too_many_streams: 503,
    too_many_bodies: 503,
    unmetered: 503,
    unsupported_media_type: 415,
    unsupported_encoding: 415,
    stream_incomplete: 502,
    upstream_unreachable: 502,
    upstream_reset: 502,
    upstream_protocol: 502,
    headers_timeout: 504,
    idle_timeout: 504,
    upload_broken: 400,
    gateway_shutdown: 503,
    internal: 500,
    upstream_credential: 502,
  });
});

test('every failure is the reason of a row, and of a row that is an error', () => {
  for (const code of codesOf(FAILURES))
    expect([code, (REASONS as Record<string, string>)[code]]).toEqual([code, 'error']);
});

test('what is told after upstream was asked has its reason', () => {
  expect(codesOf(FAILURES).filter((code) => reasonOf(code) !== code)).toEqual([]);
  expect(codesOf(TOLD_ALONE).map((code) => [code, reasonOf(code)])).toEqual([
    ['upstream_credential', 'upstream_status'],
  ]);
});

test('no refusal is a reason: what is refused has no row', () => {
  expect(codesOf(REFUSALS).filter((code) => reasonOf(code) !== null)).toEqual([]);
  expect(codesOf(REFUSALS).filter((code) => Object.hasOwn(REASONS, code))).toEqual([]);
});

test('a refusal is worth sending again where the gateway itself was in the way', () => {
  for (const code of codesOf(REFUSALS)) {
    const { status, retryable } = new WeirError(code);
    expect([code, retryable]).toEqual([code, status >= 500 && code !== 'unsupported_version']);
  }
});

test('every error says one sentence', () => {
  for (const code of ALL) expect(new WeirError(code).message).toMatch(/^[A-Z][^.]*\.$/);
});

describe('an error', () => {
  test('may say more than the table does', () => {
    expect(new WeirError('invalid_request', { detail: 'More.' })).toMatchObject({
      code: 'invalid_request',
      message: 'More.',
    });
  });

  test('keeps its cause to itself', () => {
    const error = new WeirError('internal', { cause: new Error('secret') });
    expect(error.cause).toEqual(new Error('secret'));
    expect(error.message).not.toContain('secret');
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});

test('what every object has is no failure', () => {
  expect(isFailure('idle_timeout')).toBe(true);
  for (const code of ['invalid_body', 'constructor', 'toString', '__proto__', '']) expect(isFailure(code)).toBe(false);
});
