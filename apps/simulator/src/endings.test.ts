import { expect, test } from '@jest/globals';
import { ENDINGS, type EndingName, finaleOf } from './endings.ts';

const ending = (end: EndingName, status?: number) => ({ end, status });

test('every ending can befall a stream', () => {
  for (const name of Object.keys(ENDINGS) as EndingName[]) expect(finaleOf(ending(name), true)).toBeDefined();
});

test('an answer that is no stream has the endings that a body can have', () => {
  const whole = Object.keys(ENDINGS).filter((name) => finaleOf(ending(name as EndingName), false) !== undefined);
  expect(whole).toEqual(['done', 'cut', 'reset', 'silent', 'failed', 'error-200', 'garbage', 'no-headers', 'hangup']);
});

test('an error status takes the place of the answer, streamed or not', () => {
  for (const streamed of [true, false]) {
    expect(finaleOf(ending('done', 429), streamed)).toMatchObject({ kind: 'body', of: 'error', status: 429 });
    expect(finaleOf(ending('garbage', 502), streamed)).toMatchObject({ kind: 'body', of: 'html', status: 502 });
  }
});
