// Whether ports are free, and what to say when one is not.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.ts';

export interface WantedPort {
  readonly host: string;
  readonly port: number;
  /** Who has it, most likely: "another web server". */
  readonly holder: string;
  /** The setting that chooses another one. */
  readonly env: string;
}

/** Throws a Problem that names every taken port. */
export async function demandFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const taken = await takenOf(wanted);
  if (taken.length > 0) throw new Problem(taken.map(sentence));
}

/** Resolves when all are free, or the patience is over. */
export async function awaitFreePorts(
  wanted: readonly WantedPort[],
  { timeoutMs, stopping }: { timeoutMs: number; stopping: AbortSignal },
): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (performance.now() < until && (await takenOf(wanted)).length > 0)
    await sleep(100, undefined, { signal: stopping });
}

// Below those that systems give to outgoing connections: while a server on such a port is down, somebody's connection could
// have it, or a client that asks for it again and again could meet itself there.
const PORTS = [10_000, 32_767] as const;

/** For a server of one's own, which may go and come back. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(...PORTS);
    if (!(await isTaken({ host: '127.0.0.1', port }))) return port;
  }
}

async function takenOf(wanted: readonly WantedPort[]): Promise<WantedPort[]> {
  const taken = await Promise.all(wanted.map((one) => isTaken(one)));
  return wanted.filter((_, at) => taken[at]);
}

function isTaken({ host, port }: Pick<WantedPort, 'host' | 'port'>): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    server.listen({ host, port }, () => server.close(() => resolve(false)));
  });
}

const sentence = ({ host, port, holder, env }: WantedPort) =>
  `${host}:${port} is taken, probably by ${holder}. Stop that one, or choose another port with ${env}.`;
