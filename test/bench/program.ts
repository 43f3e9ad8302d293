// A program of the bench, or an app, as a process of its own: it says that it serves, does what it is told, and is gone
// when it was stopped. What it writes goes to a file, as in production, not through this process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Leaving } from './leaving.ts';
import type { Said, Told } from './orders.ts';

export interface Program {
  readonly pid: number;
  readonly url: string;
  /** One at a time; rejects with what went wrong there. */
  tell<T>(order: string, what?: unknown): Promise<T>;
  /** Resolves when it is gone, by itself or by force. */
  stop(): Promise<void>;
}

/** What is measured. */
export type Target = Pick<Program, 'url' | 'pid'>;

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Node's own arguments. */
  readonly nodeArgs?: readonly string[];
}

interface Start extends ProgramOptions {
  readonly program: URL;
  /** Where its output goes. */
  readonly log: string;
  readonly leaving: Leaving;
}

const SHOWN = 2000;

export async function startProgram({ program, log, leaving, env = {}, nodeArgs = [] }: Start): Promise<Program> {
  const child = launch([...nodeArgs, fileURLToPath(program)], env, log);
  const ended = once(child, 'exit');
  const stop = () => stopped(child, ended);
  leaving.keep(child, stop);
  const early = ended.then(([code, signal]) => {
    const said = readFileSync(log, 'utf8').slice(-SHOWN);
    throw new Error(`${program.pathname} ended (${signal ?? code}): ${said}`);
  });
  early.catch(() => undefined); // not everybody asks
  const [{ url = '' }] = await Promise.race([once(child, 'message'), early]);
  const tell = async <T>(order: string, what?: unknown) => {
    child.send({ order, what } satisfies Told);
    const [said] = (await Promise.race([once(child, 'message'), early])) as [Said];
    if ('failed' in said) throw new Error(said.failed);
    return said.done as T;
  };
  return { pid: child.pid ?? 0, url, tell, stop };
}

function launch(args: readonly string[], env: Readonly<Record<string, string>>, log: string): ChildProcess {
  const output = openSync(log, 'a');
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, args, {
    env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), ...env },
    detached: true, // a terminal's Ctrl-C is for the bench alone, which stops its parts in order
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  return child;
}

const STOP_MS = 15_000;

export async function stopped(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(force);
}
