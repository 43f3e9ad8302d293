// docs/durability.md names a drill for each fault: the drill is there, under that name.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const table = read('docs/durability.md').split('\n## Against what\n')[1]?.split('\n## ')[0] ?? '';
const shownBy = [...table.matchAll(/^\|.*\|(?<shown>[^|]+)\|$/gm)].map(({ groups }) => groups?.['shown']?.trim() ?? '');
const drills = shownBy
  .filter((shown) => shown.startsWith('`'))
  .map((shown) => /^`([\w-]+)`[^:]*: (.+)$/.exec(shown) ?? [shown]);

test('every fault has its drill', () => {
  expect(drills.length).toBeGreaterThan(10);
  expect(shownBy.filter((shown) => !/^(`|the drill$|---$|test\/)/.test(shown))).toEqual([]);
});

test.each(drills.filter(([, , name]) => name !== 'the same'))('%s', (_, file, name) => {
  expect(read(`test/drills/${file}.test.ts`)).toContain(`'${name}'`);
});
