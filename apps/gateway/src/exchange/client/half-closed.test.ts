// With real sockets: what is relied on here is Node's, and some of it is undocumented.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createConnection, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { allowHalfClosed, untilSure } from './half-closed.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Scene {
  readonly client: Socket;
  readonly res: ServerResponse;
  /** Resolves with all that the client got, once the server has closed. */
  readonly got: Promise<string>;
}

const REQUEST = 'GET / HTTP/1.1\r\nhost: h\r\n\r\n';

/** A client has asked, and the server does this first. */
async function ask(begin: RequestListener = () => {}, request = REQUEST): Promise<Scene> {
  const server = createServer(begin);
  servers.push(server);
  allowHalfClosed(server);
  const asked = once(server, 'request');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = createConnection({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  client.on('error', () => {});
  client.write(request);
  const got = textOf(client);
  const [, res] = (await asked) as [unknown, ServerResponse];
  return { client, res, got };
}

async function textOf(client: Socket): Promise<string> {
  let text = '';
  client.on('data', (bytes) => {
    text += bytes;
  });
  await new Promise((resolve) => client.once('close', resolve)); // in whatever way
  return text;
}

/** Who leaves with bytes unread resets the connection, and there is no end to be seen. */
const seenEnd = ({ res: { socket } }: Scene) =>
  new Promise((resolve) => socket?.once('end', resolve).once('close', resolve));

const beginStream: RequestListener = (_req, res) => {
  res.setHeader('content-type', 'text/event-stream');
  res.flushHeaders();
};

/** Interim answers taken off, and the chunks put together; throws unless it is all valid HTTP/1.1. */
function bodyOf(text: string): { interim: number; body: string; zeros: number } {
  const [, interim = '', head = '', rest = ''] =
    /^((?:HTTP\/1\.1 100 Continue\r\n\r\n)*)(HTTP\/1\.1 200 .*?)\r\n\r\n(.*)$/s.exec(text) ?? [];
  expect(head).toMatch(/^HTTP/);
  const count = interim.length / 'HTTP/1.1 100 Continue\r\n\r\n'.length;
  if (!/transfer-encoding: chunked/i.test(head)) return { interim: count, body: rest, zeros: 0 };
  let [left, body, zeros] = [rest, '', 0];
  for (;;) {
    const [line = '', padding = '', size = ''] = /^(0*)([0-9a-f]+)\r\n/.exec(left) ?? [];
    expect(line).not.toBe('');
    zeros += padding.length;
    const length = Number.parseInt(size, 16);
    body += left.slice(line.length, line.length + length);
    left = left.slice(line.length + length + 2);
    if (length === 0) break;
  }
  expect(left).toBe('');
  return { interim: count, body, zeros };
}

describe('a client that has closed its sending side, and waits,', () => {
  test('gets its answer, and its connection is closed then', async () => {
    const scene = await ask();
    const end = seenEnd(scene);
    scene.client.end();
    await end;
    await untilSure(scene.res);
    scene.res.end('all');
    const { interim, body } = bodyOf(await scene.got);
    expect(body).toBe('all');
    expect(interim).toBeGreaterThan(0);
  });

  test('gets all of its stream, and no byte more', async () => {
    const scene = await ask(beginStream);
    const end = seenEnd(scene);
    scene.client.end();
    await end;
    scene.res.write('some');
    await untilSure(scene.res);
    scene.res.write('more');
    scene.res.end();
    const { interim, body, zeros } = bodyOf(await scene.got);
    expect({ interim, body }).toEqual({ interim: 0, body: 'somemore' });
    expect(zeros).toBeGreaterThan(0);
  });

  test('gets the head before anything else, though it has not gone out yet', async () => {
    const scene = await ask((_req, res) => void res.writeHead(200, { 'content-type': 'text/event-stream' }));
    const end = seenEnd(scene);
    scene.client.end();
    await end;
    await untilSure(scene.res);
    scene.res.end('all');
    expect(bodyOf(await scene.got).body).toBe('all');
  });

  test('gets nothing added to an answer that has a length', async () => {
    const scene = await ask((_req, res) => {
      res.setHeader('content-length', 3);
      res.write('a');
    });
    const end = seenEnd(scene);
    scene.client.end();
    await end;
    await untilSure(scene.res);
    scene.res.end('ll');
    expect(bodyOf(await scene.got)).toEqual({ interim: 0, body: 'all', zeros: 0 });
  });

  test('may have closed it with the request', async () => {
    const server = createServer((_req, res) => void setImmediate(() => res.end('all')));
    servers.push(server);
    allowHalfClosed(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = createConnection({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    client.end(REQUEST);
    expect(bodyOf(await textOf(client)).body).toBe('all');
  });
});

describe('a client that has left', () => {
  test.each<[string, RequestListener]>([
    ['before the head', () => {}],
    ['in a stream', beginStream],
  ])('%s is noticed, though nothing is being sent', async (_when, begin) => {
    const scene = await ask(begin);
    const closed = once(scene.res, 'close');
    scene.client.destroy();
    await closed;
    expect(scene.res.writableFinished).toBe(false);
  });

  test.each<[string, RequestListener]>([
    ['before the head', () => {}],
    ['in a stream', beginStream],
  ])('%s is known to have when somebody asks just as its end was seen', async (_when, begin) => {
    for (let time = 0; time < 20; time += 1) {
      const scene = await ask(begin);
      const end = seenEnd(scene);
      let closed = false;
      scene.res.on('close', () => {
        closed = true;
      });
      scene.client.destroy();
      await end;
      await untilSure(scene.res);
      expect(closed).toBe(true);
    }
  });

  test('and speaks HTTP/1.0 is taken to have, for nothing can be said to it in between', async () => {
    const scene = await ask(() => {}, REQUEST.replace('1.1', '1.0'));
    const closed = once(scene.res, 'close');
    scene.client.end();
    await closed;
    expect(await scene.got).toBe('');
  });
});

test('nobody waits for a client that has closed nothing', async () => {
  const scene = await ask();
  expect(untilSure(scene.res)).toBeUndefined();
  scene.client.destroy();
});

test('after the answer nothing is said', async () => {
  const scene = await ask((_req, res) => void res.end('all'));
  scene.client.end();
  expect(bodyOf(await scene.got)).toEqual({ interim: 0, body: 'all', zeros: 0 });
});
