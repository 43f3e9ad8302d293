// undici, as it is configured here, with a server that writes what it is told to.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { buildConnector, Pool } from 'undici';
import { passOver100 } from './pass-over-100.ts';
import { send } from './send.ts';
import { createUpstream, type Upstream, type UpstreamSettings } from './upstream.ts';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const INTERIM = 'HTTP/1.1 102 Continue\r\n\r\n';
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nabcde';
const BODY = 'HTTP/1.1 100 Continue\r\n\r\nabcde';

let server: Server | undefined;
let upstream: Upstream | undefined;

afterEach(async () => {
  await upstream?.connections.giveUp();
  server?.close();
});

/** Each request is answered with the next of these, in the pieces in which it stands there. */
async function open(...answers: string[][]): Promise<{ connections: () => number }> {
  let connections = 0;
  let next = 0;
  server = createServer((socket) => {
    connections += 1;
    socket.setNoDelay(true).on('error', () => {});
    socket.on('data', async () => {
      for (const piece of answers[next++] ?? []) {
        socket.write(piece);
        await turn();
      }
    });
  });
  const listening = server;
  await once(listening.listen(0, '127.0.0.1'), 'listening');
  const settings: UpstreamSettings = {
    name: 'u',
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/v1`,
    pricedAs: null,
    onDisconnect: 'drain',
    callerMayAbort: false,
    connectTimeoutMs: 5000,
    headersTimeoutMs: 5000,
    idleTimeoutMs: 5000,
    drainTimeoutMs: 5000,
  };
  upstream = createUpstream(settings, { onKeyRefused: () => {} });
  return { connections: () => connections };
}

async function ask(): Promise<{ status: number; body: string }> {
  const { signal } = new AbortController();
  const { status, body } = await send(upstream as Upstream, {
    method: 'POST',
    path: '/x',
    headers: {},
    body: Buffer.from('{}'),
    signal,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { status, body: Buffer.concat(chunks).toString() };
}

test('every 100 before an answer reads as 102, at every split, and nothing else is changed', () => {
  const stream = `${CONTINUE}HTTP/1.1 103 100\r\nx: HTTP/1.1 100\r\n\r\n\r\n${CONTINUE}${ANSWER}`;
  const shown = `${INTERIM}HTTP/1.1 103 100\r\nx: HTTP/1.1 100\r\n\r\n\r\n${INTERIM}${ANSWER}`;
  for (let at = 0; at <= stream.length; at += 1) expect(shownOf([stream.slice(0, at), stream.slice(at)])).toBe(shown);
  expect(shownOf([...stream])).toBe(shown);
});

/** As it is read from a socket that brings this in these pieces. */
function shownOf(pieces: readonly string[]): string {
  const waiting = pieces.map((piece) => Buffer.from(piece));
  const socket = passOver100({ write: () => true, read: () => waiting.shift() ?? null } as unknown as Socket);
  socket.write('a request');
  return pieces.map(() => String(socket.read())).join('');
}

test('an unasked 100 is passed over, wherever it is split, and a body that looks like one is not touched', async () => {
  const whole = CONTINUE + ANSWER;
  const splits = Array.from({ length: whole.length - 1 }, (_, at) => [whole.slice(0, at + 1), whole.slice(at + 1)]);
  await open(...splits);
  for (const _ of splits) expect(await ask()).toEqual({ status: 200, body: BODY });
});

test('byte by byte, several of them, with headers, and others among them', async () => {
  const heads = `${CONTINUE}HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\nHTTP/1.1 100 Go on\r\nx-a: 100\r\n\r\n${CONTINUE}`;
  const { connections } = await open([...(heads + ANSWER)], [heads, ANSWER], [ANSWER], [CONTINUE, ANSWER]);
  for (let time = 0; time < 4; time += 1) {
    expect(await ask()).toEqual({ status: 200, body: BODY });
    await turn(); // until the connection is idle
  }
  expect(connections()).toBe(1);
});

test.each(['099', '600', '999'])('a status of %s is refused, said, and its connection given up', async (status) => {
  const { connections } = await open([`HTTP/1.1 ${status} Odd\r\ncontent-length: 9\r\n\r\nab`], [ANSWER]);
  const seen: number[] = [];
  const { signal } = new AbortController();
  const asked = send(upstream as Upstream, {
    method: 'GET',
    path: '',
    headers: {},
    body: null,
    signal,
    onStatus: (s) => seen.push(s),
  });
  const message = `The provider answered ${Number(status)}, which is no status of HTTP.`;
  await expect(asked).rejects.toMatchObject({ code: 'upstream_protocol', message });
  expect(seen).toEqual([Number(status)]);
  expect((await ask()).status).toBe(200);
  expect(connections()).toBe(2);
});

test('undici itself still takes it for an error: where that ends, this is not needed any more', async () => {
  await open([CONTINUE + ANSWER]);
  const plain = new Pool(new URL((upstream as unknown as Upstream).url).origin, {
    connect: buildConnector({ allowH2: false }),
    allowH2: false,
  });
  await expect(plain.request({ method: 'GET', path: '/' })).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  await plain.destroy();
});

test('a connection that cannot be had is told of, and nothing is thrown where nobody catches it', async () => {
  await open();
  await new Promise((resolve) => server?.close(resolve));
  await expect(ask()).rejects.toMatchObject({ code: 'upstream_unreachable' });
});
