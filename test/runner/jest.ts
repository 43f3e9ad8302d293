// Runs Jest on every project, and reads its result.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Outcome {
  readonly passed: number;
  /** Tests that failed, and files that could not even be read. */
  readonly failed: number;
  /** How many tests were skipped, by file. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Jest's own word: not every failure is a test's. */
  readonly ok: boolean;
  /** All tests were over, and yet it did not end. */
  readonly lingered: boolean;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export async function runJest(
  args: readonly string[],
  { env, directory, stopping }: { env: NodeJS.ProcessEnv; directory: string; stopping: AbortSignal },
): Promise<Outcome> {
  const result = join(directory, 'jest.json');
  const child = spawn(process.execPath, [...JEST, '--json', '--outputFile', result, ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    signal: stopping,
  });
  const watch = endLingering(child, result);
  const [code] = await once(child, 'exit');
  clearInterval(watch.timer);
  return { ...(await readResult(result)), ok: code === 0, lingered: watch.lingered() };
}

/** In the checkout: nothing is left in the system's temporary directory. */
export const CACHE = join(ROOT, 'node_modules/.cache');

// Journeys and drills wait more than they compute, so more of them run at once than there are cores.
const JEST = [
  ...['--experimental-vm-modules', '--no-warnings', join(ROOT, 'node_modules/jest/bin/jest.js')],
  ...['--maxWorkers=3', `--cacheDirectory=${join(CACHE, 'jest')}`],
];

const LINGER_MS = 10_000;

/** A process or a socket that a suite left open would keep Jest from ending for ever. */
function endLingering(child: ChildProcess, result: string): { timer: NodeJS.Timeout; lingered(): boolean } {
  let finishedAt: number | undefined;
  const timer = setInterval(() => {
    if (existsSync(result)) finishedAt ??= performance.now();
    if (lingered()) child.kill('SIGKILL');
  }, 500);
  const lingered = () => finishedAt !== undefined && performance.now() - finishedAt > LINGER_MS;
  return { timer, lingered };
}

interface Result {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly { name: string; assertionResults: readonly { status: string }[] }[];
}

async function readResult(path: string): Promise<Pick<Outcome, 'passed' | 'failed' | 'skipped'>> {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: new Map() };
  const result: Result = JSON.parse(await readFile(path, 'utf8'));
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: skippedOf(result),
  };
}

function skippedOf({ testResults }: Result): Map<string, number> {
  const counts = testResults.map(({ name, assertionResults }): [string, number] => [
    relative(ROOT, name),
    assertionResults.filter(({ status }) => ['pending', 'todo'].includes(status)).length,
  ]);
  return new Map(counts.filter(([, count]) => count > 0));
}
