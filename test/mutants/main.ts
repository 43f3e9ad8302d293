// npm run mutants: does each suite notice what it is there for? Each small defect of the list is made in a copy of the
// checkout, one at a time, and the suites concerned are run on it. Ends with 1 where one of them notices nothing.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { fits, MUTANTS, type Mutant } from './list.ts';
import { makeScratch } from './scratch.ts';

// A defect that makes a suite hang is noticed as well.
const MOST_MS = 300_000;

const HELP = `npm run mutants -- [options]: breaks the product in small ways, one at a time, in a copy, and says which no suite notices

  --only TEXT  those with this in their name, or in their file's
  --list       what there is, and runs nothing

Suites of the contract ask a Redis and a Postgres that run on this machine: without them, what only these suites notice
survives.

Ends with 0 when every one is noticed, with 1 when one is not, and with 2 when it does not know what to do.
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function readFlags() {
  try {
    const options = { only: { type: 'string' }, list: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`mutants: ${(error as Error).message}\n`);
    process.exit(2);
  }
}

const { only = '', list = false, help = false } = readFlags();
const chosen = MUTANTS.filter(({ name, file }) => name.includes(only) || file.includes(only));
if (help) process.stdout.write(HELP);
else if (list) for (const { name, file } of chosen) say(`${file}: ${name}`);
if (help || list) process.exit(0);
if (chosen.length === 0) {
  process.stderr.write(`mutants: none has "${only}" in its name or its file's\n`);
  process.exit(2);
}

const scratch = await makeScratch();
process.once('SIGINT', () => void scratch.remove().finally(() => process.exit(130)));
try {
  process.exitCode = runAll();
} finally {
  await scratch.remove();
}

function runAll(): number {
  const all = [...new Set(chosen.flatMap(suitesOf))];
  say(`the suites concerned, as they are: ${all.length}`);
  if (!passes(all)) {
    say('they fail as they are: nothing can be said');
    return 1;
  }
  const survivors = chosen.filter((mutant, at) => {
    const noticed = isNoticed(mutant);
    say(`${at + 1}/${chosen.length} ${noticed ? 'noticed ' : 'SURVIVES'} ${mutant.name}`);
    return !noticed;
  });
  say('');
  for (const { name, file } of survivors) say(`SURVIVES: ${name} (${file})`);
  say(survivors.length === 0 ? `${chosen.length} noticed, none survives` : `${survivors.length} survive`);
  return survivors.length === 0 ? 0 : 1;
}

function isNoticed(mutant: Mutant): boolean {
  const file = join(scratch.directory, mutant.file);
  const sound = readFileSync(file, 'utf8');
  if (!fits(mutant, sound)) throw new Error(`"${mutant.name}" no longer fits ${mutant.file}`);
  writeFileSync(
    file,
    sound.replace(mutant.from, () => mutant.to),
  );
  try {
    return !passes(suitesOf(mutant));
  } finally {
    writeFileSync(file, sound);
  }
}

function suitesOf({ file, suites }: Mutant): readonly string[] {
  return suites ?? [dirname(file)];
}

function passes(suites: readonly string[]): boolean {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const args = [...jest, '--selectProjects', 'unit', 'contract', '--bail', '--silent', '--testPathPatterns', ...suites];
  const run = { cwd: scratch.directory, timeout: MOST_MS, stdio: 'ignore' } as const;
  return spawnSync(process.execPath, args, run).status === 0;
}
