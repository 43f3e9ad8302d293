import { describe, expect, test } from '@jest/globals';
import { createPassRules, flawOf, type PassThrough } from './pass-rules.ts';

const passage = (mode: PassThrough['mode'], asked: string, listed: string[] = []) => {
  const [method = '', path = ''] = asked.split(' ');
  return createPassRules({ mode, listed })({ method, path });
};

describe('a call that costs nothing', () => {
  test.each([
    ['safe', 'free'],
    ['all', 'free'],
    ['none', 'refused'],
  ] as const)('is, where PASS_THROUGH is %s, %s', (mode, what) => {
    expect(passage(mode, 'GET /v1/models')).toBe(what);
  });

  test('is free where it is listed', () => {
    expect(passage('none', 'GET /v1/models', ['GET /v1/models'])).toBe('free');
  });
});

describe('a call that may cost something', () => {
  test.each([
    ['safe', 'refused'],
    ['all', 'recorded'],
    ['none', 'refused'],
  ] as const)('is, where PASS_THROUGH is %s, %s', (mode, what) => {
    expect(passage(mode, 'GET /v1/files')).toBe(what);
  });

  test.each([
    ['GET /v1/files', ['GET /v1/files'], 'recorded'],
    ['POST /v1/files', ['GET /v1/files'], 'refused'],
    ['POST /v1/files', ['* /v1/files'], 'recorded'],
    ['GET /v1/files/a/content', ['GET /v1/files/*'], 'recorded'],
    ['GET /v1/files', ['GET /v1/files/*'], 'refused'],
    ['GET /v1/Files', ['GET /v1/files'], 'refused'],
    ['GET /v1/filesXa', ['GET /v1/files.a'], 'refused'],
    ['POST /v1/batches', ['GET /v1/files', 'POST /v1/batches'], 'recorded'],
  ])('%s, where %j is listed: %s', (asked, listed, what) => {
    expect(passage('safe', asked, listed)).toBe(what);
  });
});

test.each([
  'GET /v1/files',
  '* /v1beta/interactions*',
  'DELETE /openai/files/*',
  'POST /v1/projects/*/locations/*:predict',
])('%s is a rule', (rule) => {
  expect(flawOf(rule)).toBeNull();
});

test.each([
  '/v1/files',
  'get /v1/files',
  'GET v1/files',
  'GET /files',
  'GET  /v1/files',
  'GET /v1/a b',
  'GET /v1/a?b',
  'GET /v1/%20',
  '',
])('%j is none', (rule) => {
  expect(flawOf(rule)).toContain('a method and a path');
});

test.each(['GET /v1/files/', '* /v1/*/', 'GET /v1//files', 'GET /v1/./files', 'GET /v1/files/..'])(
  '%j is none, since its path is refused in any case',
  (rule) => {
    expect(flawOf(rule)).toContain('never passes');
  },
);

test.each([
  'POST /v1/chat/completions',
  'GET /v1/messages',
  '* /openai/v1/responses',
  'POST /v1beta/models/gemini-2.5-pro:generateContent',
  'POST /v1beta/models/*:generateContent',
])('%j is none, since the call is metered', (rule) => {
  expect(flawOf(rule)).toContain('names a metered call');
});

test.each(['* /v1/*', 'POST /v1/chat/*', 'GET /v1/responses/*', 'DELETE /v1/responses/resp_1', 'GET /v1/files/.env'])(
  '%j is a rule, though a part of what it takes is metered, or looks odd',
  (rule) => {
    expect(flawOf(rule)).toBeNull();
  },
);
