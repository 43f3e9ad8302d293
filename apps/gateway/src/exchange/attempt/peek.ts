// The first bytes of a body tell what it is. They are held until they do, and come again with the rest.
import { Buffer } from 'node:buffer';
import { type Start, startOf } from '../../sse/start.ts';

interface Peeked {
  readonly start: Start;
  /** All of it, from its first byte on. */
  readonly body: AsyncIterable<Buffer>;
}

/** `check` hears of each piece that does not tell; what it throws ends the wait, and the body. */
export async function peek(body: AsyncIterable<Buffer>, check: () => void): Promise<Peeked> {
  const rest = body[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  for (;;) {
    const { done, value } = await rest.next();
    if (done) return { start: 'other', body: resumed(held, rest) };
    held = held.length === 0 ? value : Buffer.concat([held, value]);
    const start = startOf(held);
    if (start !== null) return { start, body: resumed(held, rest) };
    await checked(check, rest);
  }
}

async function checked(check: () => void, body: AsyncIterator<Buffer>): Promise<void> {
  try {
    check();
  } catch (error) {
    await body.return?.();
    throw error;
  }
}

/** No generator: a stream waits here for most of its life. */
function resumed(held: Buffer, rest: AsyncIterator<Buffer>): AsyncIterableIterator<Buffer> {
  let first = held.length === 0 ? null : held;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (first === null) return rest.next();
      const value = first;
      first = null;
      return Promise.resolve({ done: false, value });
    },
    async return() {
      await rest.return?.();
      return { done: true, value: undefined };
    },
  };
}
