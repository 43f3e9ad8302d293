import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { WeirError } from '../errors.ts';
import { createAdmission, credentialOf, fingerprintOf } from './admission.ts';

const PAID = { apiKey: 'sk-upstream' };
const UNPAID = {};

describe('where the gateway pays', () => {
  const admission = createAdmission(['first', 'second', 'third-and-longer']);

  test.each(['first', 'second', 'third-and-longer'])('%s is a key, wherever it stands in the list', (key) => {
    expect(admission.isGatewayKey(key)).toBe(true);
    expect(() => admission.admit(key, PAID)).not.toThrow();
  });

  test.each([null, '', 'f', 'First', 'first ', 'firstfirst', 'fourth', 'sk-upstream', 'first,second'])(
    '%j is none',
    (credential) => {
      expect(admission.isGatewayKey(credential)).toBe(false);
      expect(() => admission.admit(credential, PAID)).toThrow(new WeirError('invalid_api_key'));
    },
  );

  test('the refusal says nothing of what was presented', () => {
    expect(() => admission.admit('secret', PAID)).toThrow('The API key is missing or wrong.');
  });
});

describe('everybody is admitted', () => {
  test.each([null, 'x', 'first'])('%j, where the caller pays', (credential) => {
    expect(() => createAdmission(['first']).admit(credential, UNPAID)).not.toThrow();
  });

  test.each([null, 'x'])('%j, where the gateway has no keys', (credential) => {
    const admission = createAdmission([]);
    expect(() => admission.admit(credential, PAID)).not.toThrow();
    expect(admission.isGatewayKey(credential)).toBe(false);
  });
});

describe('a credential is found', () => {
  test.each<[IncomingHttpHeaders, string | null]>([
    [{ authorization: 'Bearer k1' }, 'k1'],
    [{ authorization: 'bearer k1' }, 'k1'],
    [{ authorization: 'BEARER   k1 ' }, 'k1'],
    [{ authorization: 'k1' }, 'k1'],
    [{ authorization: 'Bearerk1' }, 'Bearerk1'],
    [{ 'x-api-key': 'k1' }, 'k1'],
    [{ 'api-key': 'k1' }, 'k1'],
    [{ 'x-goog-api-key': 'k1' }, 'k1'],
    [{ authorization: 'Bearer k1', 'x-api-key': 'k2' }, 'k1'],
    [{}, null],
    [{ authorization: '' }, null],
    [{ 'x-api-key': ' ' }, null],
    [{ cookie: 'k1', 'proxy-authorization': 'Bearer k1' }, null],
  ])('in %j: %j', (headers, credential) => {
    expect(credentialOf(headers)).toBe(credential);
  });

  test('nowhere, where the scheme stands without a key', () => {
    expect(credentialOf({ authorization: 'Bearer' })).toBeNull();
    expect(credentialOf({ authorization: 'Bearer ' })).toBeNull();
  });

  test('behind an empty header of another name', () => {
    expect(credentialOf({ authorization: '', 'api-key': 'k1' })).toBe('k1');
  });
});

describe('a fingerprint', () => {
  test('is the same every time, in every process', () => {
    expect(fingerprintOf('abc')).toBe('ba7816bf8f01cfea');
  });

  test('tells credentials apart, and gives none of them away', () => {
    const keys = Array.from({ length: 200 }, (_, at) => `sk-${at}`);
    const fingerprints = keys.map((key) => fingerprintOf(key) as string);
    expect(new Set(fingerprints).size).toBe(200);
    for (const fingerprint of fingerprints) expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });

  test('of nobody is nothing', () => {
    expect(fingerprintOf(null)).toBeNull();
  });
});
