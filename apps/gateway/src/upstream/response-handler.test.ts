import { Buffer } from 'node:buffer';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { ResponseHandler } from './response-handler.ts';

/** What undici lets its handler do, and what was done. */
class FakeController {
  paused = false;
  aborted = false;
  rawHeaders: Buffer[] | null = [];
  reason: unknown = null;
  resumed = 0;

  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
    this.resumed += 1;
  }
  abort(reason: unknown): void {
    this.aborted = true;
    this.reason = reason;
    inflow.onResponseError(this as unknown as Dispatcher.DispatchController, reason as Error);
  }
}

let leaving: AbortController;
let inflow: ResponseHandler;
let fake: FakeController;
let controller: Dispatcher.DispatchController;

beforeEach(() => {
  leaving = new AbortController();
  inflow = new ResponseHandler(leaving.signal, 1000);
  fake = new FakeController();
  controller = fake as unknown as Dispatcher.DispatchController;
});

function begin(status = 200): void {
  inflow.onRequestStart(controller);
  inflow.onResponseStart(controller, status, {});
}

const say = (text: string) => inflow.onResponseData(controller, Buffer.from(text));

async function all(): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of inflow) chunks.push(String(chunk));
  return chunks;
}

describe('the body', () => {
  test('is handed out in order, and what came in one turn as one', async () => {
    begin();
    const reading = all();
    await Promise.resolve();
    for (const text of ['a', 'b', 'c']) say(text);
    await new Promise(setImmediate);
    say('d');
    inflow.onResponseEnd();
    expect(await reading).toEqual(['abc', 'd']);
  });

  test('that ended before anybody looked is there all the same', async () => {
    begin();
    say('a');
    inflow.onResponseEnd();
    expect(await all()).toEqual(['a']);
  });

  test('that breaks is handed out as far as it came, then its failure', async () => {
    begin();
    say('a');
    inflow.onResponseError(controller, Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    expect(await inflow.next()).toEqual({ done: false, value: Buffer.from('a') });
    await expect(inflow.next()).rejects.toMatchObject({ code: 'upstream_reset' });
  });

  test('lets upstream wait while too much of it waits, and go on once that is taken', async () => {
    begin();
    say('x'.repeat(65_535));
    expect(fake.paused).toBe(false);
    say('x');
    expect(fake.paused).toBe(true);
    await inflow.next();
    expect([fake.paused, fake.resumed]).toEqual([false, 1]);
  });

  test('keeps none of the headers that undici would keep', () => {
    begin();
    expect(fake.rawHeaders).toBeNull();
  });
});

describe('the head', () => {
  test('is the first that is not only a word in advance', async () => {
    begin(103);
    inflow.onResponseStart(controller, 201, { 'content-type': 'text/plain' });
    expect(await inflow.head).toEqual({ status: 201, headers: { 'content-type': 'text/plain' } });
  });

  test('is given up where only such words come, for longer than it may take', async () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    begin(103);
    now.mockReturnValue(1000);
    inflow.onResponseStart(controller, 103, {});
    expect(fake.aborted).toBe(false);
    now.mockReturnValue(1001);
    inflow.onResponseStart(controller, 103, {});
    expect(fake.aborted).toBe(true);
    await expect(inflow.head).rejects.toMatchObject({ code: 'headers_timeout' });
    now.mockRestore();
  });

  test('that never comes is a failure to reach upstream', async () => {
    inflow.onResponseError(controller, Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    await expect(inflow.head).rejects.toMatchObject({ code: 'upstream_unreachable' });
  });
});

describe('hung up', () => {
  test('by the signal, it drops what waits, and fails', async () => {
    begin();
    say('a');
    leaving.abort();
    expect(fake.aborted).toBe(true);
    await expect(inflow.next()).rejects.toMatchObject({ code: 'upstream_reset' });
  });

  test('after the end, with something of it unread, it does not end well', async () => {
    begin();
    say('a');
    inflow.onResponseEnd();
    leaving.abort();
    await expect(inflow.next()).rejects.toMatchObject({ code: 'upstream_reset' });
  });

  test('by a reader that waits for more, it lets it go', async () => {
    begin();
    const reading = inflow.next();
    leaving.abort();
    await expect(reading).rejects.toMatchObject({ code: 'upstream_reset' });
  });

  test('before upstream was asked, it is not asked', async () => {
    leaving.abort();
    inflow.onRequestStart(controller);
    expect(fake.aborted).toBe(true);
    await expect(inflow.head).rejects.toMatchObject({ code: 'upstream_unreachable' });
  });

  test('by a reader that has had enough, it ends the connection', async () => {
    begin();
    say('a');
    for await (const _ of inflow) break;
    expect(fake.aborted).toBe(true);
  });
});
