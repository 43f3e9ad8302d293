import { Buffer } from 'node:buffer';
import { expect, test } from '@jest/globals';
import { joined } from './joined.ts';

const whole = Buffer.from('one two three');

test('pieces that lie one behind the other are put together where they are', () => {
  const bytes = joined([whole.subarray(0, 4), whole.subarray(4, 8), whole.subarray(8)]);
  expect(String(bytes)).toBe('one two three');
  expect(bytes.buffer).toBe(whole.buffer);
  expect(bytes.byteOffset).toBe(whole.byteOffset);
});

test('pieces with a gap between them, in another order, or of different memory are copied', () => {
  const elsewhere = Buffer.from(new Uint8Array([33]).buffer);
  expect(String(joined([whole.subarray(0, 4), whole.subarray(8)]))).toBe('one three');
  expect(String(joined([whole.subarray(8), whole.subarray(0, 4)]))).toBe('threeone ');
  expect(String(joined([whole, elsewhere]))).toBe('one two three!');
});

test('pieces of different memory that begin where the other ends are not mistaken for neighbours', () => {
  const one = Buffer.from(new Uint8Array([97, 98, 99, 100]).buffer);
  const other = Buffer.from(new Uint8Array([101, 102, 103, 104]).buffer);
  expect(String(joined([one.subarray(0, 2), other.subarray(2)]))).toBe('abgh');
});

test('one piece is handed on, and none is nothing', () => {
  expect(joined([whole])).toBe(whole);
  expect(joined([])).toHaveLength(0);
});
