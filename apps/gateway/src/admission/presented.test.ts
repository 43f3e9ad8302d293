import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { gemini } from '../dialects/gemini/gemini.ts';
import { openAiChat } from '../dialects/openai/openai-chat.ts';
import { credentialOf, fingerprintOf, presentedBy } from './presented.ts';

describe('what a caller presents', () => {
  test.each<[IncomingHttpHeaders, weirKey: string | null, credential: string | null]>([
    [{ 'x-weir-key': 'k1', authorization: 'Bearer k2' }, 'k1', 'k2'],
    [{ 'x-weir-key': ' Bearer k1 ' }, 'k1', null],
    [{ 'x-weir-key': '', 'x-api-key': 'k2' }, null, 'k2'],
    [{}, null, null],
  ])('is, with %j, a key of the gateway’s beside a credential', (headers, weirKey, credential) => {
    expect(presentedBy(headers, '/v1/x?key=k3', openAiChat)).toEqual({ weirKey, credential });
  });

  test('may stand in the URL, where its API takes it there, and a header does not say it', () => {
    expect(presentedBy({}, '/v1beta/x?key=k3', gemini)).toEqual({ weirKey: null, credential: 'k3' });
    expect(presentedBy({ 'x-goog-api-key': 'k2' }, '/v1beta/x?key=k3', gemini).credential).toBe('k2');
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
  const ofCaller = (credential: string | null) => ({ weirKey: null, credential });

  test('is that of the gateway’s key, where one is presented', () => {
    const [bare, beside] = [ofCaller('abc'), { weirKey: 'abc', credential: 'sk-of-the-caller' }];
    expect(fingerprintOf(beside)).toBe(fingerprintOf(bare));
  });

  test('is the same every time, in every process', () => {
    expect(fingerprintOf(ofCaller('abc'))).toBe('ba7816bf8f01cfea');
  });

  test('tells credentials apart, and gives none of them away', () => {
    const keys = Array.from({ length: 200 }, (_, at) => `sk-${at}`);
    const fingerprints = keys.map((key) => fingerprintOf(ofCaller(key)) as string);
    expect(new Set(fingerprints).size).toBe(200);
    for (const fingerprint of fingerprints) expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });

  test('of nobody is nothing', () => {
    expect(fingerprintOf(ofCaller(null))).toBeNull();
  });
});
