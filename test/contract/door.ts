// A way to a server, on loopback, that can be shut and opened again, or left open with nothing coming through.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Door {
  /** The server's own URL, by this way. */
  readonly url: string;
  open(): Promise<void>;
  /** Cuts whoever is connected, and refuses whoever comes. */
  shut(): Promise<void>;
  /** Whoever is connected now gets no answer any more, and no end; whoever comes later is served. */
  hush(): void;
}

export async function openDoor(server: string): Promise<Door> {
  const url = new URL(server);
  const [port, host] = [Number(url.port), url.hostname];
  const passages = new Set<readonly [Socket, Socket]>();
  let listener: Server;
  let ownPort = 0;

  async function open(): Promise<void> {
    listener = createServer((socket) => {
      const passage = [socket, connect(port, host)] as const;
      for (const end of passage) end.on('error', () => {});
      passage[0].pipe(passage[1]).pipe(passage[0]);
      passages.add(passage);
    }).listen(ownPort, '127.0.0.1');
    await once(listener, 'listening');
    ownPort = (listener.address() as AddressInfo).port;
  }

  async function shut(): Promise<void> {
    const closed = once(listener.close(), 'close');
    for (const end of [...passages].flat()) end.destroy();
    passages.clear();
    await closed;
  }

  function hush(): void {
    for (const [from, to] of passages) {
      from.unpipe(to).resume();
      to.unpipe(from).resume();
    }
  }

  await open();
  url.host = `127.0.0.1:${ownPort}`;
  return { url: url.href, open, shut, hush };
}
