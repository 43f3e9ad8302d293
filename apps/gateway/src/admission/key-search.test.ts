import { expect, test } from '@jest/globals';
import { createAdmission } from './admission.ts';
import { keySearch } from './key-search.ts';

const admission = createAdmission(['gk', 'base64==', `odd";'=key`]);

test.each([
  'gk',
  'Bearer gk',
  ' gk ',
  'gk, gk',
  'sk-other,gk',
  'Token token="gk"',
  "token='gk'",
  'key=gk',
  'a=b;key=gk;c=d',
  'Bearer base64==',
  'key="base64=="',
  `Bearer odd";'=key`,
])('a key is found in %s', (text) => {
  expect(keySearch(admission)(text)).toBe(true);
});

test.each(['', ' ', 'gkx', 'Bearer sk-gk', 'GK', 'g k'])('and none in %j', (text) => {
  expect(keySearch(admission)(text)).toBe(false);
});

test('a text is not searched without an end, nor are many', () => {
  expect(keySearch(admission)(Array.from({ length: 200 }, (_, at) => `w${at}`).join(' '))).toBe(true);
  const mayHoldKey = keySearch(admission);
  const found = Array.from({ length: 200 }, (_, at) => mayHoldKey(`w${at}`));
  expect([found[0], found.at(-1)]).toEqual([false, true]);
});

test('where no keys are demanded there are none to find', () => {
  expect(keySearch(createAdmission([]))('x '.repeat(500))).toBe(false);
});
