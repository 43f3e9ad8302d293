// A program of this repository as a process of its own: what it says, when it serves, how it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

type LogLine = Readonly<Record<string, unknown>>;

export interface Launched {
  readonly pid: number;
  /** What it sends when it serves; rejects when it ends before that. */
  readonly ready: Promise<Record<string, string>>;
  readonly ended: Promise<ProcessEnd>;
  /** All that it has written so far, to stdout and stderr. */
  output(): string;
  /** Resolves when it has written this; rejects when it ends before that. */
  said(text: string): Promise<void>;
  /** What it has logged so far, where it logs JSON. */
  readonly log: readonly LogLine[];
  /** The first line of this event, that says so, there or to come. */
  logged(event: string, saying?: string): Promise<LogLine>;
  signal(name: NodeJS.Signals): void;
  /** What an end of its parent looks like to it. */
  disconnect(): void;
  /** Asks it to go, and throws unless it ends with 0. */
  stop(): Promise<void>;
}

interface How {
  readonly args?: readonly string[];
  /** Node's own, which come before the program. */
  readonly nodeArgs?: readonly string[];
  /** All of its environment, but for PATH, HOME, TMPDIR and Node's cache of compiled modules. */
  readonly env?: Readonly<Record<string, string>>;
}

/** `program` is its path from the root, as in `apps/gateway/src/main.ts`. */
export function launchProcess(program: string, { args = [], nodeArgs = [], env = {} }: How = {}): Launched {
  const child = spawn(process.execPath, [...nodeArgs, fromRoot(program), ...args], {
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { written, output, said } = follow(child);
  const ended = endOf(child, written);
  const early = ended.then((end) => Promise.reject(new Error(`${program} ${inWords(end)}:\n${output()}`)));
  const ready = Promise.race([once(child, 'message').then(([message]) => message), early]);
  ready.catch(() => undefined); // not everybody waits for it
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  const stop = async () => {
    signal('SIGTERM');
    const end = await ended;
    if (end.code !== 0) throw new Error(`${program} ${inWords(end)} when it was stopped:\n${output()}`);
  };
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    output,
    said: (text) => Promise.race([said(text), early]),
    ...followLog(child.stdout as Readable),
    signal,
    disconnect: () => child.disconnect(),
    stop,
  };
}

/** An app, on free ports unless it is told others. */
export function launchApp(
  app: 'gateway' | 'worker' | 'simulator',
  env: Record<string, string> = {},
  args: string[] = [],
): Launched {
  const launch = (own: Record<string, string> = {}) =>
    launchProcess(`apps/${app}/src/main.ts`, { args, env: { ...APART, ...own, ...env } });
  if (app !== 'gateway' || 'SPOOL_DIR' in env) return launch();
  const spool = mkdtempSync(join(tmpdir(), 'weir-spool-')); // whoever wants to see it afterwards brings one
  const launched = launch({ SPOOL_DIR: spool });
  void launched.ended.then(() => rmSync(spool, { recursive: true, force: true }));
  return launched;
}

/** Beside others on one machine, and with no balancer that must notice when it goes. */
const APART = { PORT: '0', METRICS_PORT: '0', SHUTDOWN_GRACE_MS: '0' };

/** Launched, and serving. */
export async function startProcess(
  program: string,
  how?: How,
): Promise<Launched & { url: string; metricsUrl: string }> {
  const launched = launchProcess(program, how);
  const { url = '', metricsUrl = '' } = await launched.ready;
  return { ...launched, url, metricsUrl };
}

/** Launched, and waited for: for a command, or an app that must refuse. */
export async function runProcess(program: string, how?: How): Promise<ProcessEnd & { output: string }> {
  const launched = launchProcess(program, how);
  const end = await launched.ended;
  return { ...end, output: launched.output() };
}

interface Written {
  stdout: string;
  stderr: string;
}

function follow(child: ChildProcess): {
  written: Written;
  output: () => string;
  said: (text: string) => Promise<void>;
} {
  const written: Written = { stdout: '', stderr: '' };
  let output = '';
  const streams = ['stdout', 'stderr'] as const;
  for (const name of streams) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      output += text;
    });
  }
  const said = async (text: string) => {
    while (!output.includes(text)) await Promise.race(streams.map((name) => once(child[name] as Readable, 'data')));
  };
  return { written, output: () => output, said };
}

async function endOf(child: ChildProcess, written: Written): Promise<ProcessEnd> {
  // Not the child's own `close`: Node forgets it when the parent closed the channel between them.
  const read = [child.stdout, child.stderr].map((output) => once(output as Readable, 'close'));
  const [[code, signal]] = await Promise.all([once(child, 'exit'), ...read]);
  return { code, signal, ...written };
}

function followLog(output: Readable): Pick<Launched, 'log' | 'logged'> {
  const log: LogLine[] = [];
  const reader = createInterface({ input: output }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    log.push(JSON.parse(line));
    reader.emit('logged');
  });
  const logged = async (event: string, saying = '') => {
    for (;;) {
      const line = log.find((one) => one['event'] === event && JSON.stringify(one).includes(saying));
      if (line !== undefined) return line;
      await once(reader, 'logged');
    }
  };
  return { log, logged };
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A path that begins at the checkout, or at the root of the disk. */
const fromRoot = (path: string) => resolve(ROOT, path);

function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'NODE_COMPILE_CACHE'].filter((name) => process.env[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}

const inWords = ({ code, signal }: ProcessEnd) => (signal === null ? `ended with code ${code}` : `ended by ${signal}`);
