// A conversation over a bare socket: a test writes the very bytes of a request, and sees the very bytes that come back.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

export interface Talk {
  readonly socket: Socket;
  /** Resolves with all that came so far when these words are in it; rejects where the connection closes without them. */
  heard(words: string): Promise<string>;
  /** Resolves with all that came when the connection is closed, in whatever way. */
  readonly closed: Promise<string>;
}

/** Says this as soon as it is connected. The server's end is not taken for the client's. */
export function talkTo(url: string, said = ''): Talk {
  const { hostname: host, port } = new URL(url);
  const socket = createConnection({ host, port: Number(port), allowHalfOpen: true });
  let text = '';
  socket.on('error', () => {}); // the close says it
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('end', () => socket.end());
  if (said !== '') socket.write(said, 'latin1');
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  async function heard(words: string): Promise<string> {
    while (!text.includes(words)) {
      if (socket.destroyed) throw new Error(`The connection closed, and "${words}" was not heard:\n${text}`);
      await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    }
    return text;
  }
  return { socket, heard, closed };
}
