import { expect, test } from '@jest/globals';
import { dangersOf } from './redis-durability.ts';

const safe = { 'maxmemory-policy': 'noeviction', appendonly: 'yes', save: '' };
const dangers = (settings: Record<string, string>) => dangersOf(new Map(Object.entries(settings)));

test('a Redis that keeps what it is given is no danger', () => {
  expect(dangers(safe)).toEqual([]);
  expect(dangers({ ...safe, appendonly: 'no', save: '3600 1' })).toEqual([]);
});

test('a Redis that evicts is one', () => {
  expect(dangers({ ...safe, 'maxmemory-policy': 'allkeys-lru' })).toEqual([expect.stringContaining('allkeys-lru')]);
});

test('a Redis that keeps nothing on disk is one', () => {
  expect(dangers({ ...safe, appendonly: 'no' })).toEqual([expect.stringContaining('restart')]);
});

test('a Redis that does not say is taken for a safe one', () => {
  expect(dangers({})).toEqual([]);
});
