import { expect, test } from '@jest/globals';
import { completion } from '../../../testing/records.ts';
import { Recent } from './recent-completions.ts';

const idsIn = (recent: Recent) => recent.all().map(({ id }) => id);

test('what was handed to the queue is kept for half a minute', () => {
  const recent = new Recent();
  recent.add(completion('a'), 0);
  recent.add(completion('b'), 10_000);
  recent.add(completion('c'), 29_999);
  expect(idsIn(recent)).toEqual(['a', 'b', 'c']);
  recent.add(completion('d'), 30_000);
  expect(idsIn(recent)).toEqual(['b', 'c', 'd']);
  recent.add(completion('e'), 59_999);
  expect(idsIn(recent)).toEqual(['d', 'e']);
});

test('while nothing new is handed over, what was handed over last is kept: it is what an outage may have cost', () => {
  const recent = new Recent();
  recent.add(completion('a'));
  expect(idsIn(recent)).toEqual(['a']);
});

test('no more than the last 10,000 are kept', () => {
  const recent = new Recent();
  for (let at = 0; at < 10_100; at += 1) recent.add(completion(`id-${at}`), at / 1000);
  expect(recent.all()).toHaveLength(10_000);
  expect(idsIn(recent)[0]).toBe('id-100');
  expect(idsIn(recent).at(-1)).toBe('id-10099');
});

test('what is handed over again is kept for half a minute more', () => {
  const recent = new Recent();
  const again = completion('a');
  recent.add(again, 0);
  recent.add(completion('b'), 20_000);
  recent.add(again, 25_000);
  recent.add(completion('c'), 50_000);
  expect(idsIn(recent)).toEqual(['a', 'c']);
});
