// The PostgreSQL server process: launched, asked until it answers, stopped.
import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Ending, endingOf, inWords, type Part } from './child.ts';
import type { Account } from './postgres-account.ts';
import { Problem } from './problem.ts';

export interface Launch {
  readonly postgres: string;
  readonly directory: string;
  readonly port: number;
  readonly account: Account | undefined;
  readonly log: string;
  readonly killing?: AbortSignal | undefined;
}

/** It is detached, so that a terminal's Ctrl-C does not end it before the apps that stand on it. */
export async function launch({ postgres, directory, port, account, log, killing }: Launch): Promise<Part> {
  const logFile = await open(log, 'w');
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 200 };
  const child = spawn(postgres, ['-D', directory, ...flagsOf(settings)], {
    ...account,
    detached: true,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', logFile.fd, logFile.fd],
    killSignal: 'SIGQUIT',
    ...(killing && { signal: killing }),
  });
  const ended = endingOf(child);
  await logFile.close();
  const stop = () => {
    child.kill('SIGINT'); // a fast shutdown: it waits for no client
    return ended;
  };
  return { ended, stop };
}

/** A connection to the server as soon as it takes one. */
export async function connected(server: Part, url: URL, stopping: AbortSignal | undefined): Promise<pg.Client> {
  let ending: Ending | undefined;
  void server.ended.then((known) => {
    ending = known;
  });
  for (;;) {
    stopping?.throwIfAborted();
    if (ending !== undefined) throw new Problem([`PostgreSQL ${inWords(ending)}.`]);
    const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 5000 });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (!isStillStarting(error)) throw error;
      await sleep(20);
    }
  }
}

export async function tailOf(log: string): Promise<string> {
  return (await readFile(log, 'utf8')).trim().split('\n').slice(-5).join('\n');
}

function flagsOf(settings: Record<string, string | number>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Nobody listens yet, or the server says so itself. */
function isStillStarting(error: unknown): boolean {
  const CANNOT_CONNECT_NOW = '57P03';
  return !(error instanceof pg.DatabaseError) || error.code === CANNOT_CONNECT_NOW;
}
