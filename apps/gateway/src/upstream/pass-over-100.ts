// undici takes a `100 Continue` that it did not ask for as an error, though RFC 9110 wants it passed over, as undici does
// with every other 1xx. So it is shown a 102 in its place. Looks at the heads of answers, never at a body.
import type { Socket } from 'node:net';

export function passOver100(socket: Socket): Socket {
  const heads = new InterimHeads();
  const { read, write } = socket;
  // Each request is one write, or several in one turn, and the next one follows only when its answer is over.
  socket.write = function writeRequest(...request: unknown[]) {
    heads.await();
    return Reflect.apply(write, socket, request);
  };
  socket.read = function readAnswer(size?: number) {
    const chunk: Buffer | null = read.call(socket, size);
    if (chunk !== null && heads.awaited) heads.see(chunk);
    return chunk;
  };
  return socket;
}

const [CR, LF, ZERO, ONE, TWO] = [13, 10, 48, 49, 50];
const STATUS_AT = 'HTTP/1.1 '.length;

/** Awaits a head, and after one whose status begins with 1 the next; the first other one is the answer's own. */
class InterimHeads {
  awaited = false;
  #at = 0;
  #lineLength = 0;
  #tens = 0;

  await(): void {
    this.awaited = true;
    this.#at = 0;
    this.#lineLength = 0;
  }

  see(chunk: Buffer): void {
    for (let at = 0; this.awaited && at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (byte === LF) this.#endLine();
      else if (byte !== CR) this.#lineLength += 1;
      if (this.#at === STATUS_AT && byte !== ONE) this.awaited = false;
      if (this.#at === STATUS_AT + 1) this.#tens = byte;
      if (this.#at === STATUS_AT + 2 && this.#tens === ZERO && byte === ZERO) chunk[at] = TWO;
      if (this.#lineLength > 0) this.#at += 1;
    }
  }

  /** An empty line ends a head; before one it says nothing. */
  #endLine(): void {
    if (this.#lineLength === 0) this.#at = 0;
    this.#lineLength = 0;
  }
}
