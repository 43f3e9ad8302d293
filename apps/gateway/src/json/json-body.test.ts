import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { JsonBody } from './json-body.ts';

const WANTED = { model: true, usage: { total: true }, choices: { index: true } } as const;
const SMALL = { model: 'm', usage: { total: 3, more: 1 }, choices: [{ index: 0, text: 'x' }] };
const LARGE = { ...SMALL, choices: [{ index: 0, text: 'x'.repeat(20_000) }] };

function read(text: string, chunkBytes = 1000): unknown {
  const bytes = Buffer.from(text);
  const body = new JsonBody(WANTED);
  for (let at = 0; at < bytes.length; at += chunkBytes) body.push(bytes.subarray(at, at + chunkBytes));
  return body.end(bytes);
}

test.each([1, 7, 1000, 100_000])('what is wanted is there, whatever its size, in chunks of %i bytes', (chunkBytes) => {
  for (const value of [SMALL, LARGE]) {
    const wanted = { model: 'm', usage: { total: 3 }, choices: [{ index: 0 }] };
    expect(read(JSON.stringify(value), chunkBytes)).toMatchObject(wanted);
  }
});

test('of a large one, nothing else is kept', () => {
  expect(read(JSON.stringify(LARGE))).toEqual({ model: 'm', usage: { total: 3 }, choices: [{ index: 0 }] });
});

describe.each([
  ['small', ''],
  ['large', ' '.repeat(20_000)],
])('what is no JSON, and %s', (_, padding) => {
  test.each(['', '{', '{"model":"m"}}', "{'model':1}", '\ufeff{}', 'nul', '[1,]', '01'])('%j is nothing', (text) => {
    expect(read(text + padding)).toBeUndefined();
  });

  test.each([
    ['null', null],
    [' [1] ', [1]],
    ['"\\u00e9"', 'é'],
    ['-0.5e1', -5],
  ])('while %j is something', (text, value) => {
    if (padding === '') expect(read(text + padding)).toEqual(value);
    else expect(read(text + padding)).toBeDefined();
  });
});

test('of a name that is given twice, the last counts', () => {
  for (const padding of ['', ' '.repeat(20_000)])
    expect(read(`{"model":"one","model":"two"}${padding}`)).toMatchObject({ model: 'two' });
});
