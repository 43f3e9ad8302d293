// One `npm start` per directory. The claim is a socket that listens in it, so that it ends with its owner, however that
// one ends.
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { claimSocket, reachable } from '../claim/claim-socket.ts';
import { Problem } from './problem.ts';

export interface Claim {
  /** The last owner was killed: what it started may still be on its way out. */
  readonly ownerWasKilled: boolean;
  release(): Promise<void>;
}

export async function claimDirectory(directory: string): Promise<Claim> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'start.sock');
  try {
    return { ...(await claimSocket(path)), ownerWasKilled: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  }
  const owner = await askOwner(path);
  if (owner !== undefined) {
    throw new Problem([`npm start already runs in ${resolve(directory)} (process ${owner}). Stop that one first.`]);
  }
  await rm(path, { force: true });
  return { ...(await claimSocket(path)), ownerWasKilled: true };
}

/** The owner's process id; undefined when nobody listens any more. */
async function askOwner(path: string): Promise<string | undefined> {
  const socket = connect(reachable(path)).setEncoding('utf8');
  try {
    const [pid] = await once(socket, 'data');
    return String(pid);
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}
