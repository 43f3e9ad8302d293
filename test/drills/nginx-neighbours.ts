// Who stands behind nginx in its drills: a provider whose stream the test writes itself, and a gateway that dies of what
// it is asked.
import { once } from 'node:events';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** `asked` is the answer to its first request, for the test to write and to end. */
export async function startSpeaker(): Promise<{ url: string; asked: Promise<ServerResponse>; close(): Promise<void> }> {
  const server = createHttpServer();
  const asked = once(server, 'request').then(([req, res]) => {
    req.resume();
    res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    return res as ServerResponse;
  });
  const url = `${await listening(server)}/v1`;
  const close = async () => {
    server.closeAllConnections();
    await closed(server);
  };
  return { url, asked, close };
}

/** Reads a request, and resets the connection. */
export async function startDying(): Promise<{ url: string; asked: readonly string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.once('data', (bytes) => {
      asked.push(bytes.toString());
      socket.resetAndDestroy();
    });
  });
  return { url: await listening(server), asked, close: () => closed(server) };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
