// `npm start` and what it starts, in a directory and on ports of its own.
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type Launched, launchProcess } from '../support/processes.ts';

export const FREE_PORTS = { PORT: '0', METRICS_PORT: '0', POSTGRES_PORT: '0' };

const PATIENCE_MS = 30_000;

export interface LocalRun extends Launched {
  readonly url: string;
  readonly databaseUrl: string;
  /** All that it started, and what those started. */
  readonly started: readonly number[];
}

export async function makeDirectory(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-local-'));
  await chmod(directory, 0o755); // where root runs the tests, PostgreSQL runs as somebody else
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

export async function startLocally(env: Readonly<Record<string, string>>, args: string[] = []): Promise<LocalRun> {
  const launched = launchProcess('infra/local/main.ts', { env, args });
  const { url = '', databaseUrl = '' } = await launched.ready;
  return { ...launched, url, databaseUrl, started: descendants(launched.pid) };
}

/** For the end of a suite: whatever a test that failed left running. */
export async function endAll(runs: readonly LocalRun[]): Promise<void> {
  for (const run of runs) run.signal('SIGTERM');
  await Promise.all(runs.map((run) => run.ended));
  const left = runs.flatMap((run) => run.started);
  for (const { pid } of processes()) if (left.includes(pid)) process.kill(pid, 'SIGKILL');
  await gone(left);
}

/** Resolves when all of them are gone. */
export async function gone(pids: readonly number[]): Promise<void> {
  const left = () => processes().filter(({ pid }) => pids.includes(pid));
  await found(() => left().length === 0 || undefined, `the end of ${pids}`);
}

/** The row of this request, there or to come. */
export async function rowOf(databaseUrl: string, id: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined); // the query that fails says so
  await client.connect();
  const look = async () => (await client.query('SELECT * FROM completions WHERE id = $1', [id])).rows[0];
  return await found(look, `a row for ${id}`).finally(() => client.end());
}

export function pidOf(run: LocalRun, program: string): number {
  const found = processes().find(({ pid, command }) => run.started.includes(pid) && command.includes(program));
  if (found === undefined) throw new Error(`no ${program} runs`);
  return found.pid;
}

/** Bounded, so that a test that fails leaves nothing turning. */
async function found<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await pause(50)) {
    const thing = await look();
    if (thing !== undefined) return thing;
  }
  throw new Error(`waited ${PATIENCE_MS} ms for ${what}`);
}

function descendants(pid: number): number[] {
  const all = processes();
  const below = (parent: number): number[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one.pid, ...below(one.pid)]);
  return below(pid);
}

/** Those that have ended, and only wait to be asked how, do not run. */
function processes(): { pid: number; parent: number; command: string }[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null && !match[3]?.startsWith('Z'))
    .map((match) => ({ pid: Number(match?.[1]), parent: Number(match?.[2]), command: match?.[4] ?? '' }));
}
