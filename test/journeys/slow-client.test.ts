// A client that reads nothing: how much its provider can send meanwhile, and what the row says when it has left.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openWeir, type Weir } from '../support/weir.ts';

jest.setTimeout(60_000);

const MIB = 1024 ** 2;
const TEXT = 'x'.repeat(64 * 1024);
const FRAME = `data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"${TEXT}"}}]}\n\n`;
const USAGE = '"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}';
const END = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],${USAGE}}\n\ndata: [DONE]\n\n`;
const FRAMES = 1600; // 100 MiB
// Of what is between them: the kernel's buffers of two connections, of some 10 MiB each at most, and the gateway's own.
const MOST_UNTAKEN = 40 * MIB;

let weir: Weir;
let client: Socket;
let sent = 0;
const provider = createServer((req, res) => void req.resume().once('end', () => void send(res)));

async function send(res: ServerResponse): Promise<void> {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let frame = 0; frame < FRAMES; frame += 1) {
    const room = res.write(FRAME);
    sent += FRAME.length;
    if (!room) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  }
  res.end(END);
}

beforeAll(async () => {
  [weir] = await Promise.all([openWeir('Postgres'), once(provider.listen(0, '127.0.0.1'), 'listening')]);
});
afterAll(async () => {
  client.destroy();
  await weir.close();
  provider.close();
});

test('holds its provider back, and when it leaves, all of the answer is read and metered', async () => {
  const { port } = provider.address() as AddressInfo;
  const gateway = await weir.startGateway({ UPSTREAM_URL: `http://127.0.0.1:${port}/v1` });
  const body = '{"model":"m","stream":true,"messages":[]}';
  client = connect(Number(new URL(gateway.url).port), '127.0.0.1').on('error', () => {});
  const head = 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
  client.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
  await once(client.pause(), 'readable');
  const id = /x-weir-request-id: (\S+)/.exec(String(client.read(1000)))?.[1] ?? '';

  const held = await settled(() => sent);
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(MOST_UNTAKEN);

  client.destroy();
  expect(await weir.rows.of(id)).toMatchObject({
    status: 'aborted',
    reason: 'client_disconnected',
    frames: FRAMES + 2,
    bytes: String(FRAMES * FRAME.length + END.length),
    total_tokens: 7,
    drained: true,
  });
  expect(sent).toBe(FRAMES * FRAME.length);
});

/** When it has not changed for a second. */
async function settled(look: () => number): Promise<number> {
  let [last, now] = [-1, look()];
  while (last !== now) {
    await pause(1000);
    [last, now] = [now, look()];
  }
  return now;
}
