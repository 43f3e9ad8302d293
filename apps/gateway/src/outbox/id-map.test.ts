import { expect, test } from '@jest/globals';
import { IdMap } from './id-map.ts';

test('it holds what was set and not deleted, in its order', () => {
  const map = new IdMap<number>();
  for (const id of ['a', 'b', 'c']) map.set(id, id.charCodeAt(0));
  map.delete('b');
  map.set('a', 0);
  expect(map.entries()).toEqual([
    ['a', 0],
    ['c', 99],
  ]);
  expect(map.values()).toEqual([0, 99]);
  expect([map.size, map.has('a'), map.has('b')]).toEqual([2, true, false]);
});

test('what is not there can be deleted, and counts for nothing', () => {
  const map = new IdMap<number>();
  map.delete('a');
  map.set('a', 1);
  map.delete('a');
  map.delete('a');
  expect(map.size).toBe(0);
});

test('an id may be called as objects call their own', () => {
  const map = new IdMap<number>();
  expect(map.has('constructor')).toBe(false);
  map.set('__proto__', 1);
  expect(map.entries()).toEqual([['__proto__', 1]]);
});
