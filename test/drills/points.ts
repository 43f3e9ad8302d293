// A way to a Redis on which whoever is connected can be led to another one without noticing: as a service address, or a
// proxy, whose server is exchanged behind it.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Points {
  /** Redis's own URL, by this way. */
  readonly url: string;
  /** From now on all talk to this server, over the connections that they have. No question loses its answer by it. */
  lead(server: string): Promise<void>;
  close(): Promise<void>;
}

/** One connection of a client's, and the server's end of it. */
class Passage {
  readonly #client: Socket;
  readonly #closed: Promise<unknown>;
  #server: Socket;
  /** The server spoke last. */
  #isQuiet = true;

  constructor(client: Socket, to: URL) {
    this.#client = client.on('error', () => {});
    this.#server = this.#open(to);
    this.#closed = new Promise((resolve) => client.on('close', resolve));
    client.on('data', (bytes) => {
      this.#isQuiet = false;
      this.#server.write(bytes);
    });
    client.on('close', () => this.#server.destroy());
  }

  /** The client is not heard meanwhile, until each of its questions has its answer. */
  async lead(to: URL): Promise<void> {
    while (!this.#isQuiet && !this.#client.destroyed) await pause(1);
    this.#client.pause();
    await Promise.race([this.#answered(), this.#closed]);
    if (this.#client.destroyed) return;
    this.#server.removeAllListeners('data').destroy();
    this.#server = this.#open(to);
    this.#client.resume();
  }

  close(): void {
    this.#client.destroy();
  }

  #open({ port, hostname }: URL): Socket {
    const server = connect(Number(port), hostname).on('error', () => {});
    server.on('close', () => server === this.#server && this.#client.destroy());
    return server.on('data', (bytes) => {
      this.#isQuiet = true;
      this.#client.write(bytes);
    });
  }

  /** Asks one question more, whose answer comes behind all others, and is not the client's. */
  async #answered(): Promise<void> {
    const word = randomUUID();
    const answer = Buffer.from(`$${word.length}\r\n${word}\r\n`);
    let held = Buffer.alloc(0);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.removeAllListeners('data').on('data', (bytes) => {
      held = Buffer.concat([held, bytes]);
      if (!held.subarray(-answer.length).equals(answer)) return;
      this.#client.write(held.subarray(0, -answer.length));
      resolve();
    });
    this.#server.write(`ECHO ${word}\r\n`);
    await promise;
  }
}

export async function setPoints(first: string): Promise<Points> {
  let server = new URL(first);
  const passages = new Set<Passage>();
  const listener = createServer((socket) => {
    const passage = new Passage(socket, server);
    passages.add(passage);
    socket.on('close', () => passages.delete(passage));
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const url = new URL(first);
  url.host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;

  async function lead(to: string): Promise<void> {
    server = new URL(to);
    await Promise.all([...passages].map((passage) => passage.lead(server)));
  }

  async function close(): Promise<void> {
    const closed = once(listener.close(), 'close');
    for (const passage of passages) passage.close();
    await closed;
  }
  return { url: url.href, lead, close };
}
