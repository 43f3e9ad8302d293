// A private Redis, from the `redis-server` on the PATH.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../infra/local/ports.ts';
import type { PrivateServer } from './private-server.ts';

export interface PrivateRedis extends PrivateServer {
  /** Kills it, and it has forgotten everything when it starts again. */
  lose(): Promise<void>;
  refuseWrites(because: 'memory is full' | 'it is a replica'): Promise<void>;
  takeWrites(): Promise<void>;
  /** Any other command, of an operator's. */
  command(name: string, ...args: string[]): Promise<void>;
}

interface RedisOptions {
  /** What it acknowledged survives its crash. */
  readonly durable?: boolean;
  /** Then a terminal's Ctrl-C does not end it before those who stand on it. */
  readonly detached?: boolean;
  /** Where its own directory is made. */
  readonly under?: string;
}

export async function startRedis(options: RedisOptions = {}): Promise<PrivateRedis> {
  const { durable = false, detached = false, under = tmpdir() } = options;
  const directory = await mkdtemp(join(under, 'weir-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const launched = () => launch([...flagsOf(durable), '--port', String(port), '--dir', directory], detached);
  let server = await launched();

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGCONT'); // a stopped process hears no SIGTERM
    server.kill(signal);
    await ended;
  }

  return {
    url,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    hang: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async start() {
      server = await launched();
    },
    async lose() {
      await end('SIGKILL');
      await rm(join(directory, 'appendonlydir'), { recursive: true, force: true });
    },
    async refuseWrites(because) {
      if (because === 'memory is full') await command(url, 'CONFIG', 'SET', 'maxmemory', '1');
      else await command(url, 'REPLICAOF', '127.0.0.1', '1'); // of nobody
    },
    async takeWrites() {
      await command(url, 'CONFIG', 'SET', 'maxmemory', '0');
      await command(url, 'REPLICAOF', 'NO', 'ONE');
    },
    command: (name, ...args) => command(url, name, ...args),
    async remove() {
      await end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const flagsOf = (durable: boolean) => [
  '--bind',
  '127.0.0.1',
  '--save',
  '',
  '--appendonly',
  durable ? 'yes' : 'no',
  '--maxmemory-policy',
  'noeviction',
];

/** Then there can be no private one. */
export const NO_REDIS_PROGRAM = spawnSync('redis-server', ['--version']).error !== undefined;

/** Rejects where there is no redis-server on the PATH, or it does not start. */
async function launch(flags: readonly string[], detached: boolean): Promise<ChildProcess> {
  const server = spawn('redis-server', flags, { detached, stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2000);
      if (said.includes('Ready to accept')) resolve();
    });
    server.once('error', reject).once('exit', () => reject(new Error(`redis-server ended at once: ${said}`)));
  });
  return server;
}

async function command(url: string, name: string, ...args: string[]): Promise<void> {
  const redis = new Redis(url);
  await redis.call(name, ...args).finally(() => redis.disconnect());
}
