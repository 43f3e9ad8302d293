import { expect, test } from '@jest/globals';
import { ENDINGS } from '../endings.ts';
import { spelled } from '../script.ts';
import { vocabularyOf } from '../words.ts';
import { APIS } from './apis.ts';

test.each(APIS)('$name lacks only what there is', (api) => {
  const words = Object.keys(vocabularyOf(api)).map(spelled);
  const endings = Object.keys(ENDINGS).map((name) => `end=${name}`);
  for (const lack of api.lacks ?? []) expect([...words, ...endings]).toContain(lack);
});

test('no two have the same name or the same ids', () => {
  expect(new Set(APIS.map(({ name }) => name)).size).toBe(APIS.length);
  const families = APIS.filter(({ name }) => name !== 'Gemini’s JSON array'); // it is Gemini in another dress
  expect(new Set(families.map(({ idPrefix }) => idPrefix)).size).toBe(families.length);
});
