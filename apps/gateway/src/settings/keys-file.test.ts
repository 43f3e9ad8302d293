import { describe, expect, test } from '@jest/globals';
import { SettingsError } from '@weir/infra/settings';
import { parseKeysFile } from './keys-file.ts';

const read = (text: string) => parseKeysFile(text, 'keys.txt');

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

const place = 'GATEWAY_KEYS_FILE: keys.txt: ';

test('a line holds a key, with a name or without one; comments and blank lines hold none', () => {
  const text = '\ufeff# of the teams\nteam-a=secret-a\r\n\n  secret-b  \n#team-c=secret-c\nteam.d_2=c2VjcmV0LWQ==';
  expect(read(text)).toEqual([
    { name: 'team-a', key: 'secret-a' },
    { name: null, key: 'secret-b' },
    { name: 'team.d_2', key: 'c2VjcmV0LWQ==' },
  ]);
});

test('while one key takes the place of another, each has a name of its own', () => {
  expect(read('a=old\na.new=new').map(({ key }) => key)).toEqual(['old', 'new']);
  expect(problemsOf('# team a\na=old\n\na=new')).toEqual([
    `${place}line 4: has the same name as line 2: each key needs a name of its own, also while one takes the place of another`,
  ]);
});

describe('a problem is named with its line', () => {
  test.each([
    ['', 'holds no key'],
    ['# nothing\n\n', 'holds no key'],
    ['ok\nname=', 'line 2: must have a key after the name'],
    ['ok\n\nSECRET==', 'line 3: must have a key after the name'],
    ['SECRET=', 'line 1: must have a key after the name'],
    ['=SECRET', 'line 1: must be name=key, and a name has'],
    ['team a=SECRET', 'line 1: must be name=key, and a name has'],
    ['SECRET SECRET', 'line 1: must be a key, ASCII without spaces and commas'],
    ['SECRET,SECRET', 'line 1: must be a key, ASCII without spaces and commas'],
    ['SECRÉT', 'line 1: must be a key, ASCII without spaces and commas'],
    ['a=SECRET\n\nb=SECRET', 'line 3: is the same key as in line 1'],
  ])('%j', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(place + problem)]);
  });

  test('each of them, and none with what stands there', () => {
    const problems = problemsOf('SECRET x\nSECRET=\nSECRET=SECRET SECRET');
    expect(problems.map((problem) => /line \d/.exec(problem)?.[0])).toEqual(['line 1', 'line 2', 'line 3']);
    expect(problems.join()).not.toContain('SECRET');
  });
});
