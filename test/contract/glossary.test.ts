import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROOTS = [ROOT, join(ROOT, 'apps/gateway/src')];

const rows = readFileSync(join(ROOT, 'docs/glossary.md'), 'utf8').matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm);
const entries = [...rows].filter(([, word]) => word !== 'word').map(([, word, , where]) => [word, where] as const);

test.each(entries)('%s is where the glossary says', (_word, where = '') => {
  const paths = [...where.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
  expect(paths.filter((path) => !ROOTS.some((root) => existsSync(join(root, path))))).toEqual([]);
  expect(paths).not.toEqual([]);
});

test('each word is told once', () => {
  const words = entries.map(([word]) => word);
  expect(words.length).toBeGreaterThan(40);
  expect(new Set(words).size).toBe(words.length);
});
