// One `npm start` per directory. The claim is a socket that listens in it: the kernel lets go of it however its owner
// ends, and a process id that is used again is never taken for the owner.
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { Problem } from './problem.ts';

export interface Claim {
  /** The last owner was killed: what it started may still be on its way out. */
  readonly ownerWasKilled: boolean;
  release(): Promise<void>;
}

export async function claimDirectory(directory: string): Promise<Claim> {
  await mkdir(directory, { recursive: true });
  const path = shortest(join(directory, 'start.sock'));
  try {
    return claimBy(await listen(path), false);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  }
  const owner = await askOwner(path);
  if (owner !== undefined) {
    throw new Problem([`npm start already runs in ${resolve(directory)} (process ${owner}). Stop that one first.`]);
  }
  await rm(path, { force: true });
  return claimBy(await listen(path), true);
}

// A socket's path may take about a hundred bytes.
function shortest(path: string): string {
  const short = relative(process.cwd(), path);
  return short.length < path.length ? short : path;
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(String(process.pid)));
  server.listen(path);
  await once(server, 'listening');
  return server;
}

function claimBy(server: Server, ownerWasKilled: boolean): Claim {
  const release = async () => {
    server.close();
    await once(server, 'close');
  };
  return { ownerWasKilled, release };
}

/** The owner's process id; undefined when nobody listens any more. */
async function askOwner(path: string): Promise<string | undefined> {
  const socket = connect(path).setEncoding('utf8');
  try {
    const [pid] = await once(socket, 'data');
    return String(pid);
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}
