// Standard output, written to without ever waiting: where its reader is behind, a write throws EAGAIN.
import type { Buffer } from 'node:buffer';
import { fstatSync, writeSync } from 'node:fs';

const STDOUT = 1;

interface Opened {
  readonly _handle?: { setBlocking?(blocking: boolean): void };
}

/**
 * Not written by libuv's threads: one that waits for a reader cannot be interrupted, and the process could not end. So
 * the pipe itself must not block, and Node has but this one, inner way to say so. It is said before each write, since
 * any process that shares the pipe (the other gateways of a primary) makes it block again when it starts or ends.
 */
export function openStdout(): (bytes: Buffer) => number {
  const handle = isPipe() ? (process.stdout as Opened)._handle : undefined;
  return (bytes) => {
    handle?.setBlocking?.(false);
    return writeSync(STDOUT, bytes);
  };
}

/** A file and a terminal are written to as ever. */
function isPipe(): boolean {
  const stats = fstatSync(STDOUT);
  return stats.isFIFO() || stats.isSocket();
}
