import { Buffer } from 'node:buffer';
import { expect, test } from '@jest/globals';
import { Pieces } from './pieces.ts';

const gathered = (texts: readonly string[]): Pieces => {
  const pieces = new Pieces();
  for (const text of texts) pieces.add(Buffer.from(text));
  return pieces;
};

test.each([[[]], [['']], [['a']], [['a', '']], [['a', 'bc']], [['', 'a', 'b', 'c'.repeat(9000), 'd']]])(
  'pieces %j come out as one',
  (texts) => {
    expect(gathered(texts).length).toBe(texts.join('').length);
    expect(gathered(texts).take().toString()).toBe(texts.join(''));
  },
);

test('one piece alone is not copied, and none is changed by what comes after it', () => {
  const first = Buffer.from('first');
  const pieces = new Pieces();
  pieces.add(first);
  expect(pieces.take()).toEqual(first);
  pieces.add(first);
  for (let count = 0; count < 100; count += 1) pieces.add(Buffer.from('more'));
  expect(first.toString()).toBe('first');
});

test('what was taken stays as it is, and the next begins anew', () => {
  const pieces = gathered(['a', 'b', 'c']);
  const taken = pieces.take();
  expect(pieces.length).toBe(0);
  for (const text of ['x', 'y', 'z']) pieces.add(Buffer.from(text));
  expect([taken.toString(), pieces.take().toString()]).toEqual(['abc', 'xyz']);
});

test('a million single bytes take no more room than a few times their number', () => {
  const pieces = new Pieces();
  const before = process.memoryUsage();
  for (let count = 0; count < 1_000_000; count += 1) pieces.add(Buffer.from([count & 0xff]));
  const taken = pieces.take();
  expect(taken.length).toBe(1_000_000);
  expect(taken.buffer.byteLength).toBeLessThan(5_000_000);
  expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(50_000_000);
});
