import { describe, expect, test } from '@jest/globals';
import { globMatcher } from './directory.ts';
import { covers } from './glob-covers.ts';

describe('a glob takes all that another one takes', () => {
  test.each([
    ['gpt-4o', 'gpt-4o'],
    ['GPT-*', 'gpt-4o'],
    ['gpt-*', 'gpt-4*'],
    ['*', '*'],
    ['*', ''],
    ['*', 'a?c*'],
    ['o?-*', 'o3-*'],
    ['o?-*', 'o?-mini'],
    ['*-mini*', 'gpt-*-mini'],
    ['?*', '*?'],
    ['a**b', 'a*b'],
    ['*/*', 'meta-llama/*'],
  ])('%j all of %j', (glob, other) => {
    expect(covers(glob, other)).toBe(true);
  });

  test.each([
    ['gpt-4o', 'gpt-*'],
    ['gpt-4*', 'gpt-*'],
    ['o?-*', 'o*'],
    ['?', '*'],
    ['a?', 'a'],
    ['*-mini', 'gpt-*'],
    ['gpt-4o-mini', 'gpt-4o'],
    ['a*b', 'a*'],
    ['', '*'],
    ['?*', '*'],
  ])('%j not all of %j', (glob, other) => {
    expect(covers(glob, other)).toBe(false);
  });
});

test('what it says of two globs holds for every name', () => {
  const signs = ['a', 'b', '?', '*'];
  const words = (length: number): string[] =>
    length === 0 ? [''] : words(length - 1).flatMap((word) => signs.map((sign) => word + sign));
  const globs = [1, 2, 3].flatMap(words);
  const names = [0, 1, 2, 3, 4].flatMap((length) => words(length)).filter((name) => !/[?*]/.test(name));
  const taken = new Map(globs.map((glob) => [glob, new Set(names.filter(globMatcher(glob)))]));
  for (const glob of globs) {
    for (const other of globs) {
      const takesAll = [...(taken.get(other) ?? [])].every((name) => taken.get(glob)?.has(name));
      if (covers(glob, other)) expect({ glob, other, takesAll }).toEqual({ glob, other, takesAll: true });
    }
  }
});
