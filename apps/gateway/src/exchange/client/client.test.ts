import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Departure } from '../end/outcome.ts';
import { Channel, type Chunk } from './channel.ts';
import { Client } from './client.ts';

const COMMENT = ': keep-alive\n\n';
const FRAME: Chunk = { bytes: Buffer.from('data: 1\n\n'), frames: 1 };
const TAIL: Chunk = { bytes: Buffer.from('data: 2\n'), frames: 1, unclosed: true };
const KEEPALIVE_MS = 100;

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] }));
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

/** The client's side of a response: it keeps what it is told, and what it is told after its end. */
class FakeResponse extends EventEmitter {
  statusCode = 200;
  headersSent = false;
  writableNeedDrain = false;
  writableFinished = false;
  destroyed = false;
  body = '';
  afterEnd = '';
  #ended = false;

  writeHead(): void {
    this.headersSent = true;
  }
  flushHeaders(): void {}
  /** For how long it may take nothing; 0: for ever. */
  timeoutMs = 0;
  setTimeout(ms: number): void {
    this.timeoutMs = ms;
  }
  write(bytes: Buffer): boolean {
    if (this.#ended) this.afterEnd += bytes;
    else this.body += bytes;
    return !this.writableNeedDrain;
  }
  end(bytes: Buffer): void {
    this.body += bytes;
    this.#ended = true;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

/** A stream under way, of which these parcels have been delivered, and which upstream has ended. */
async function delivered(parcels: readonly Chunk[]) {
  const response = new FakeResponse();
  const departures: Departure[] = [];
  const client = new Client(response as unknown as ServerResponse, {
    stallMs: 1000,
    keepaliveMs: KEEPALIVE_MS,
    onDeparture: (departure) => departures.push(departure),
  });
  client.begin(200, {});
  client.keepAlive(COMMENT);
  const channel = new Channel({ maxChunks: 32, maxBytes: 1000 });
  for (const parcel of parcels) void channel.put(parcel);
  channel.close();
  await client.deliver(channel);
  return { client, response, departures };
}

const END = Buffer.from('data: [DONE]\n\n');

describe('while the completion waits for the queue or the disk', () => {
  test('comments go on until the end is handed over, and stop with it', async () => {
    const { client, response } = await delivered([FRAME]);
    jest.advanceTimersByTime(3 * KEEPALIVE_MS);
    expect(response.body).toBe(FRAME.bytes + COMMENT.repeat(3));
    client.finish(END);
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(3 * KEEPALIVE_MS);
    expect([response.body, response.afterEnd]).toEqual([FRAME.bytes + COMMENT.repeat(3) + END, '']);
  });

  test('there is none behind a frame that lacks its end', async () => {
    const { client, response } = await delivered([FRAME, TAIL]);
    jest.advanceTimersByTime(3 * KEEPALIVE_MS);
    expect(response.body).toBe(`${FRAME.bytes}${TAIL.bytes}`);
    client.finish(END);
    expect(response.body).toBe(`${FRAME.bytes}${TAIL.bytes}${END}`);
  });

  test('there is none for a client that takes nothing, and it goes on when it takes something again', async () => {
    const { client, response } = await delivered([FRAME]);
    response.writableNeedDrain = true;
    jest.advanceTimersByTime(3 * KEEPALIVE_MS);
    expect(response.body).toBe(String(FRAME.bytes));
    response.writableNeedDrain = false;
    jest.advanceTimersByTime(KEEPALIVE_MS);
    expect(response.body).toBe(FRAME.bytes + COMMENT);
    client.finish(END);
  });

  test('they stop when the client leaves', async () => {
    const { client, response, departures } = await delivered([FRAME]);
    response.emit('close');
    expect(jest.getTimerCount()).toBe(0);
    client.finish(END);
    expect([response.body, departures]).toEqual([String(FRAME.bytes), ['client_disconnected']]);
  });
});

test('a client that takes nothing of its end is not waited for without a limit', async () => {
  const { client, response } = await delivered([FRAME]);
  expect(response.timeoutMs).toBe(0);
  client.finish(END);
  expect(response.timeoutMs).toBe(1000);
});

describe('a client is done', () => {
  test('when the last byte is on its way to it, not when the end was handed over', async () => {
    const { client, response } = await delivered([FRAME]);
    let done = false;
    client.finish(END);
    const waiting = client.done.then(() => {
      done = true;
    });
    await Promise.resolve();
    expect(done).toBe(false);
    response.emit('finish');
    await waiting;
  });

  test('when its connection was broken, which is no departure once it had its end', async () => {
    const { client, departures } = await delivered([FRAME]);
    client.finish(END);
    const waiting = client.done;
    client.destroy();
    await waiting;
    await client.done;
    expect(departures).toEqual([]);
  });
});
