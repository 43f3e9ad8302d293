import { describe, expect, test } from '@jest/globals';
import { SettingsError } from '@weir/infra/settings';
import { runProcess } from '../support/processes.ts';
import { optionsOf } from './arguments.ts';
import { placesFor } from './results.ts';
import { SCENARIOS } from './scenarios.ts';

const command = (...args: string[]) => runProcess('test/bench/main.ts', { args });

describe('what is wanted', () => {
  test('without a word is everything, in its own order', () => {
    const { only, rounds, whole } = optionsOf([]);
    expect(only).toEqual(['paced', 'burst', 'flood', 'alone', 'json', 'growth', 'cores', 'crowd', 'unhappy', 'ledger']);
    expect(rounds).toBeUndefined();
    expect(whole).toBe(true);
  });

  test('is still everything where more is said of each than it usually takes', () => {
    const most = Math.max(...SCENARIOS.map(({ rounds }) => rounds));
    expect(optionsOf(['--rounds', String(most)]).whole).toBe(true);
    expect(optionsOf(['--rounds', String(most - 1)]).whole).toBe(false);
  });

  test('is what is named, in the order of the bench', () => {
    expect(optionsOf(['--only', 'flood, paced', '--rounds', '3', '--seconds=10'])).toMatchObject({
      only: ['paced', 'flood'],
      rounds: 3,
      seconds: 10,
      whole: false,
    });
  });

  test('in short is less of everything, unless more is said', () => {
    const [long, short] = [optionsOf([]), optionsOf(['--short'])];
    expect(short.only.length).toBeLessThan(long.only.length);
    expect(short.rounds).toBeLessThan(Math.max(...SCENARIOS.map(({ rounds }) => rounds)));
    expect(short.rehearsed).toBeLessThan(long.rehearsed);
    expect(short.seconds).toBeLessThan(long.seconds);
    expect(optionsOf(['--short', '--only', 'json', '--rounds', '9'])).toMatchObject({ only: ['json'], rounds: 9 });
  });

  test.each([['--short'], ['--prof-gateway'], ['--rounds', '1'], ['--seconds', '1'], ['--only', 'paced']])(
    'is not whole with %s %s, and then replaces no figures that are kept',
    (...args) => {
      const places = placesFor(optionsOf(args), '/root');
      expect(Object.values(places).every((path) => path.startsWith('/root/.weir/'))).toBe(true);
    },
  );

  test('beside another checkout is what streams and answers cost at both, in many short turns', () => {
    const { against, only, rounds, whole } = optionsOf(['--against', '.']);
    expect({ against, only, rounds, whole }).toEqual({
      against: process.cwd(),
      only: ['paced', 'burst', 'json'],
      rounds: 20,
      whole: false,
    });
    expect(() => optionsOf(['--against', '/nowhere'])).toThrow(/--against must be a directory with a checkout of Weir/);
  });

  test('names every wrong flag and value', () => {
    const refused = () => optionsOf(['--only', 'paced,tea', '--rounds', '0', '--fast']);
    expect(refused).toThrow(SettingsError);
    expect(refused).toThrow(/--only must be some of paced, .*not "paced,tea"/);
    expect(refused).toThrow(/--rounds must be a whole number from 1/);
    expect(refused).toThrow(/--fast is not an option here/);
  });
});

test('a wrong flag ends the command with 2, and nothing was started', async () => {
  const { code, stdout, stderr } = await command('--round', '3');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('--round is not an option here');
});

test('--help lists every flag, and ends with 0', async () => {
  const { code, stdout } = await command('--help');
  expect(code).toBe(0);
  for (const flag of ['--only', '--rounds', '--seconds', '--short', '--prof-gateway']) expect(stdout).toContain(flag);
});
