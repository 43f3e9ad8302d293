// An app as a process of its own: started, awaited until it says that it serves, stopped. Its output passes through.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Ending, endingOf, inWords, type Part } from './child.ts';
import { Problem } from './problem.ts';

export interface App extends Part {
  readonly url?: string;
  readonly metricsUrl?: string;
}

export interface AppStart {
  readonly name: 'gateway' | 'worker' | 'simulator';
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stopping: AbortSignal;
  readonly killing: AbortSignal;
}

const READY_LIMIT_MS = 60_000;

export async function startApp(start: AppStart): Promise<App> {
  const { name, args = [], env, killing } = start;
  const child = spawn(process.execPath, [mainOf(name), ...args], {
    env,
    detached: true, // a terminal's Ctrl-C is for the run alone, which stops its parts in order
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    signal: killing,
    killSignal: 'SIGKILL',
  });
  killing.addEventListener('abort', () => killAll(child));
  const ended = endingOf(child);
  const stop = () => stopWithin(child, ended, stopLimitMs(env, args));
  try {
    const { url, metricsUrl } = await readiness(child, ended, start);
    return { ended, stop, ...(url && { url }), ...(metricsUrl && { metricsUrl }) };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const mainOf = (name: AppStart['name']) =>
  fileURLToPath(new URL(`../../apps/${name}/src/main.ts`, import.meta.url));

/** An app gives itself SHUTDOWN_GRACE_MS and SHUTDOWN_TIMEOUT_MS, and a little for its last words: more is a hang. */
export function stopLimitMs(env: NodeJS.ProcessEnv, args: readonly string[] = []): number {
  const flag = (name: string) => new RegExp(`--shutdown-${name}-ms[= ](\\d+)`).exec(args.join(' '))?.[1];
  const graceMs = Number(flag('grace') ?? env['SHUTDOWN_GRACE_MS'] ?? 0);
  return graceMs + Number(flag('timeout') ?? env['SHUTDOWN_TIMEOUT_MS'] ?? 30_000) + 20_000;
}

async function readiness(child: ChildProcess, ended: Promise<Ending>, start: AppStart): Promise<Omit<App, keyof Part>> {
  const tooLate = new AbortController();
  // An AbortSignal.timeout that nobody else holds on to is collected, and never comes.
  const timer = setTimeout(() => tooLate.abort(), READY_LIMIT_MS);
  const signal = AbortSignal.any([start.stopping, tooLate.signal]);
  const ready = once(child, 'message', { signal }).catch(() => {
    start.stopping.throwIfAborted();
    throw new Problem([`The ${start.name} was not ready within ${READY_LIMIT_MS / 1000} s.`]);
  });
  const first = await Promise.race([ready, ended]).finally(() => clearTimeout(timer));
  if (Array.isArray(first)) return first[0];
  // A refused setting is told apart by its code, as if the app had been started by itself.
  throw new Problem([`The ${start.name} ${inWords(first)} before it was ready.`], first.code === 2 ? 2 : 1);
}

async function stopWithin(child: ChildProcess, ended: Promise<Ending>, limitMs: number): Promise<Ending> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => killAll(child), limitMs);
  const ending = await ended;
  clearTimeout(timer);
  return ending;
}

/** With the processes that it started itself: together they are a group. */
function killAll(child: ChildProcess): void {
  try {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // where there are no groups
  }
}
