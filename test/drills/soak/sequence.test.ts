import { expect, test } from '@jest/globals';
import { randomFrom } from '../../support/random.ts';
import { type Step, sequenceOf } from './sequence.ts';

const KINDS = ['a', 'b', 'c', 'd', 'e'] as const;

function first(count: number, seed: number): Step[] {
  const sequence = sequenceOf(KINDS, randomFrom(seed));
  return Array.from({ length: count }, () => sequence.next().value);
}

test('one seed is one sequence, and another seed another', () => {
  expect(first(100, 7)).toEqual(first(100, 7));
  expect(first(100, 7)).not.toEqual(first(100, 8));
});

test('every kind comes once before any comes again', () => {
  const kinds = first(50, 7).map(({ kind }) => kind);
  for (let at = 0; at < 50; at += 5) expect(kinds.slice(at, at + 5).sort()).toEqual(KINDS);
});

test('pauses and holds keep to their bounds, and both of two that are alike have their turn', () => {
  const steps = first(1000, 7);
  expect(steps.every(({ pauseMs }) => pauseMs >= 200 && pauseMs <= 2000)).toBe(true);
  expect(steps.every(({ holdMs }) => holdMs >= 300 && holdMs <= 3000)).toBe(true);
  expect(new Set(steps.map(({ which }) => which))).toEqual(new Set([0, 1]));
});
