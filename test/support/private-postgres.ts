// A private PostgreSQL, the embedded one.
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@weir/infra/embedded-postgres';
import pg from 'pg';
import { freePort } from '../../infra/local/ports.ts';
import type { PrivateServer } from './private-server.ts';

export interface PrivatePostgres extends PrivateServer {
  /** Every client's, at once. */
  dropConnections(): Promise<void>;
}

export async function startPostgres(): Promise<PrivatePostgres> {
  const root = await mkdtemp(join(tmpdir(), 'weir-postgres-'));
  await chmod(root, 0o755); // where root runs the tests, PostgreSQL runs as somebody else
  const directory = join(root, 'postgres');
  const port = await freePort();
  let killing = new AbortController();
  let hung: readonly number[] = [];
  const launch = () => startEmbeddedPostgres({ directory, port, killing: killing.signal });
  let server = await launch();
  let pid = await mainProcess(directory);

  function resume(): void {
    for (const one of hung) process.kill(one, 'SIGCONT');
    hung = [];
  }

  async function stop(): Promise<void> {
    resume();
    await server.stop();
  }

  return {
    url: server.url,
    stop,
    async kill() {
      resume();
      killing.abort();
      await server.ended;
    },
    async start() {
      killing = new AbortController();
      server = await launch();
      pid = await mainProcess(directory);
    },
    hang() {
      process.kill(pid, 'SIGSTOP'); // first of all, so that it begets no more
      hung = [pid, ...childrenOf(pid)];
      for (const child of hung.slice(1)) process.kill(child, 'SIGSTOP');
    },
    resume,
    dropConnections: () => dropConnections(server.url),
    async remove() {
      await stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function mainProcess(directory: string): Promise<number> {
  const [pid] = (await readFile(join(directory, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}

/** Each connection is served by a process of its own, in a process group of its own. */
function childrenOf(parent: number): number[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = all.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  return pairs.filter(([, ppid]) => ppid === parent).map(([pid]) => pid);
}

async function dropConnections(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const clients = "backend_type = 'client backend' AND pid <> pg_backend_pid()";
  await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${clients}`);
  await client.end();
}
