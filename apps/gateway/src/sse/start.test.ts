import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { startOf } from './start.ts';

const start = (text: string) => startOf(Buffer.from(text));

describe('a body begins like', () => {
  test.each([
    'data: a',
    'data:a',
    'data\n',
    'event: x',
    'id: 1',
    'retry: 5\n',
    ': hi',
    ':',
    '\uFEFFdata: a',
    '\n\ndata: a',
    '\r\n: hi',
    ' data: a',
    'hello\n\ndata: a',
    'x-own: 1\nevent: a',
    'hello\r\rid: 1',
  ])('events: %j', (text) => {
    expect(start(text)).toBe('events');
  });

  test.each(['{', '\n {"error":1}', '\uFEFF{'])('an object: %j', (text) => {
    expect(start(text)).toBe('object');
  });

  test.each(['[', '\r\n[{'])('an array: %j', (text) => {
    expect(start(text)).toBe('array');
  });

  test.each([
    '<',
    ' <!doctype html>',
    'a\nb\n',
    'a\nb\ndata: c',
    'error: {}\n\nmore: 1',
    'x\ndatum: 1',
    'x'.repeat(4096),
  ])('none of them: %j', (text) => {
    expect(start(text)).toBe('other');
  });
});

test.each(['', '\uFEFF', '\n \t\r', 'd', 'data', 'hello', 'hello\n', 'hello\n\ndat', 'error: {}\n\n'])(
  'nothing is known yet of %j',
  (text) => {
    expect(start(text)).toBeNull();
  },
);

test('half a byte order mark says nothing', () => {
  const whole = Buffer.from('\uFEFFdata: a');
  expect([1, 2].map((end) => startOf(whole.subarray(0, end)))).toEqual([null, null]);
});

test('a body is known as soon as no later byte could change it', () => {
  const bytes = Buffer.from('\uFEFF\n: hi\n\n');
  const known = [...bytes.keys()].find((at) => startOf(bytes.subarray(0, at + 1)) !== null);
  expect(known).toBe(bytes.indexOf(':'));
});
