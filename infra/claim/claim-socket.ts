// A claim on a directory: a socket that listens in it. The kernel lets go of it however its owner ends, and a process id
// that is used again is never taken for the owner.
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { dirname, relative } from 'node:path';

export interface Claim {
  release(): Promise<void>;
}

/** Rejects with EADDRINUSE where there is a socket, whether somebody listens or not. Whoever connects is told our process id. */
export async function claimSocket(path: string): Promise<Claim> {
  const server = createServer(answer);
  server.listen({ path: reachable(path), exclusive: true }); // in a cluster it would otherwise be the primary's
  await once(server, 'listening').catch(async (error: unknown) => {
    await access(dirname(path)); // Node says EACCES of a directory that is gone; this says ENOENT
    throw error;
  });
  server.on('error', () => undefined); // a connection that could not be accepted: the claim stands
  const release = async () => {
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  return { release };
}

// Without waiting for the other to close as well: that one may be standing still, and a release would wait for it.
const answer = (socket: Socket) => socket.on('error', () => undefined).end(String(process.pid), () => socket.destroy());

/** Only where the kernel says that nobody listens is it free: an owner that is too busy to answer is an owner. */
export async function isClaimed(path: string): Promise<boolean> {
  const socket = connect(reachable(path));
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    return !['ECONNREFUSED', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '');
  } finally {
    socket.destroy();
  }
}

// macOS takes 103 bytes, Linux 107.
const LONGEST_PATH = 103;

/** By the shorter way there, from here or from the root. */
export function reachable(path: string): string {
  const fromHere = relative(process.cwd(), path);
  const short = fromHere.length < path.length ? fromHere : path;
  if (Buffer.byteLength(short) > LONGEST_PATH) throw new SocketPathTooLong(path);
  return short;
}

class SocketPathTooLong extends Error {
  readonly code = 'ENAMETOOLONG';
  readonly syscall = 'bind';

  constructor(path: string) {
    const length = Buffer.byteLength(path);
    super(`the socket ${path} in it would have a path of ${length} bytes, and ${LONGEST_PATH} is the most that works`);
  }
}
