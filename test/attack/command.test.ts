import { expect, jest, test } from '@jest/globals';
import { NO_REDIS_PROGRAM } from '../support/private-redis.ts';
import { runProcess } from '../support/processes.ts';
import { named } from '../support/queue-servers.ts';
import { CAN_SEE_MEMORY } from './memory.ts';

jest.setTimeout(120_000);

const command = (...args: string[]) => runProcess('test/attack/main.ts', { args });

test('a wrong flag or value ends the command with 2, and nothing was started', async () => {
  const { code, stdout, stderr } = await command('--only', 'tea', '--fast');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('--only must be the beginnings of some of: bodies in one-byte chunks');
  expect(stderr).toContain('not "tea"');
  expect(stderr).toContain('--fast is not an option here');
});

test('--help lists every flag, and ends with 0', async () => {
  const { code, stdout } = await command('--help');
  expect(code).toBe(0);
  for (const flag of ['--seconds', '--seed', '--only', '--max-turn-ms', '--max-memory-mb']) {
    expect(stdout).toContain(flag);
  }
});

const MISSING = NO_REDIS_PROGRAM || !CAN_SEE_MEMORY;

(MISSING ? test.skip : test)(
  named('a short one says what was tried, and ends with 0 where nothing broke', MISSING),
  async () => {
    const only = ['--only', 'heads that smuggle;usage'];
    const { code, stdout } = await command('--seconds', '3', '--seed', '7', ...only, '--max-turn-ms', '10000');
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^heads that smuggle +\d+ +400 ×/m);
    expect(stdout).toMatch(/^usage that cannot be +\d+ +200 ×/m);
    expect(stdout).toMatch(/^all of these at once /m);
    expect(stdout).toMatch(/\nHELD: others were served, no turn was too long, memory was bounded\n$/);
  },
);
