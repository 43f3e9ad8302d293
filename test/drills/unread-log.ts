// A gateway whose standard output is a pipe that nobody reads, until the drill does.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../apps/gateway/src/main.ts', import.meta.url));

export interface Unread {
  readonly url: string;
  readonly pid: number;
  /** Reads from now on; resolves, when the process has ended, with every line that it ever logged. */
  read(): Promise<Record<string, unknown>[]>;
  /** Asks it to go; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Ends what is left, whatever happened. */
  remove(): Promise<void>;
}

export async function startUnread(env: Record<string, string>): Promise<Unread> {
  const directory = mkdtempSync(join(tmpdir(), 'weir-unread-'));
  const pipe = join(directory, 'log');
  if (spawnSync('mkfifo', [pipe]).status !== 0) throw new Error(`mkfifo could not make ${pipe}`);
  const end = openSync(pipe, constants.O_RDWR); // opened for reading as well, or it would wait for a reader
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], ...APART, SPOOL_DIR: join(directory, 'spool'), ...env },
    stdio: ['ignore', end, 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const [{ url }] = await once(child, 'message');

  async function read(): Promise<Record<string, unknown>[]> {
    const lines: Record<string, unknown>[] = [];
    const reader = createReadStream(pipe);
    const reading = once(
      createInterface({ input: reader }).on('line', (line) => lines.push(JSON.parse(line))),
      'close',
    );
    await once(reader, 'open');
    closeSync(end); // the pipe ends with the gateway
    await reading;
    return lines;
  }

  async function stop(): Promise<number | null> {
    child.kill('SIGTERM');
    return (await ended)[0];
  }

  async function remove(): Promise<void> {
    if (isAlive(child)) child.kill('SIGKILL');
    await ended;
    rmSync(directory, { recursive: true });
  }
  return { url, pid: child.pid as number, read, stop, remove };
}

const APART = { PORT: '0', METRICS_PORT: '0', SHUTDOWN_GRACE_MS: '0' };

const isAlive = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;
