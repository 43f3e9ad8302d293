import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Turns } from './turns.ts';

const TURN = 131_072;

test('a turn is over for all when all together have done so much', async () => {
  const turns = new Turns();
  expect(turns.spend(TURN - 1)).toBe(true);
  expect(turns.spend(1)).toBe(false);
  expect(turns.spend(1)).toBe(false);
  await nextTurn();
  expect(turns.spend(TURN - 1)).toBe(true);
});

test('those who wait go on one by one, in their order, each in a turn of its own', async () => {
  const turns = new Turns();
  const gone: string[] = [];
  for (const name of ['a', 'b', 'c']) turns.wait(() => void gone.push(name));
  const seen: string[] = [];
  while (gone.length < 3) {
    await nextTurn();
    seen.push(gone.join(''));
  }
  expect(seen).toEqual(['a', 'ab', 'abc']);
});

test('who waits begins a turn that nobody has spent from', async () => {
  const turns = new Turns();
  expect(turns.spend(TURN)).toBe(false);
  expect(await new Promise((resolve) => turns.wait(() => resolve(turns.spend(1))))).toBe(true);
});

test('who goes first goes before those who wait', async () => {
  const turns = new Turns();
  const gone: string[] = [];
  turns.wait(() => void gone.push('waits'));
  turns.goFirst(() => void gone.push('first'));
  while (gone.length < 2) await nextTurn();
  expect(gone).toEqual(['first', 'waits']);
});
