import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Connections } from './connections.ts';
import { ResponseHandler } from './response-handler.ts';

let connections: Connections;
let sockets: Socket[];
let server: Server;

beforeEach(async () => {
  sockets = [];
  server = createServer({ keepAliveTimeout: 100_000 }); // it is told, and kept, by whoever is idle
  server.on('connection', (socket) => sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  connections = new Connections({ url, connectTimeoutMs: 5000, headersTimeoutMs: 5000, idleTimeoutMs: 5000 });
});

afterEach(async () => {
  server.closeAllConnections();
  await once(server.close(), 'close');
});

/** A stream that has begun, and the server's hand on it. */
async function begin(): Promise<{ response: ServerResponse; rest: () => Promise<string> }> {
  const handler = new ResponseHandler(new AbortController().signal, 5000);
  const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  connections.dispatch({ path: '/v1/x', method: 'GET' }, handler);
  const [, response] = await asked;
  response.write('begun');
  await handler.head;
  const rest = async () => {
    const pieces: Buffer[] = [];
    for await (const piece of handler) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };
  return { response, rest };
}

const open = () => sockets.filter((socket) => !socket.destroyed);

test('a stream over connections that were given up goes on to its end, and its connection ends with it', async () => {
  const stream = await begin();
  let areOver = false;
  const over = connections.giveUp().then(() => {
    areOver = true;
  });
  stream.response.write(', and going on');
  expect({ open: open().length, areOver }).toEqual({ open: 1, areOver: false });
  const rest = stream.rest();
  stream.response.end(', and ended');
  expect(await rest).toBe('begun, and going on, and ended');
  await over;
  await Promise.all(open().map((socket) => once(socket, 'close')));
});

test('idle ones are closed at once', async () => {
  const stream = await begin();
  stream.response.end();
  await stream.rest();
  expect(open()).toHaveLength(1);
  const closed = once(open()[0] as Socket, 'close');
  await connections.giveUp();
  await closed;
});

test('who asks only then is answered all the same, over a connection that nobody else gets', async () => {
  await connections.giveUp();
  for (let time = 1; time <= 2; time += 1) {
    const stream = await begin();
    const closed = once(sockets.at(-1) as Socket, 'close');
    const rest = stream.rest();
    stream.response.end(', and ended');
    expect(await rest).toBe('begun, and ended');
    await closed;
    expect(sockets).toHaveLength(time);
  }
});
