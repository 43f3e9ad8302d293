import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { Channel, type Chunk } from './channel.ts';

const parcel = (text: string, frames = 1): Chunk => ({ bytes: Buffer.from(text), frames });
const open = (limits: { maxChunks?: number; maxBytes?: number } = {}): Channel =>
  new Channel({ maxChunks: 1000, maxBytes: 1_000_000, ...limits });

/** Waits for what is under way: a promise that does not settle by then waits for somebody. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function hasSettled(promise: Promise<unknown> | undefined): Promise<boolean> {
  let done = promise === undefined;
  void promise?.then(() => {
    done = true;
  });
  await settled();
  return done;
}

async function drain(channel: Channel): Promise<string[]> {
  const out: string[] = [];
  for await (const { bytes } of channel) out.push(String(bytes));
  return out;
}

describe('an open channel', () => {
  test('hands out what was put in, in order', async () => {
    const channel = open();
    for (const text of ['a', 'b', 'c']) channel.put(parcel(text));
    channel.close();
    expect(await drain(channel)).toEqual(['a', 'b', 'c']);
  });

  test('keeps a parcel as it is', async () => {
    const channel = open();
    const put = parcel('ab', 2);
    channel.put(put);
    expect((await channel[Symbol.asyncIterator]().next()).value).toBe(put);
  });

  test('lets its reader wait for what comes later', async () => {
    const channel = open();
    const reading = drain(channel);
    for (const text of ['a', 'b']) {
      await settled();
      channel.put(parcel(text));
    }
    await settled();
    channel.close();
    expect(await reading).toEqual(['a', 'b']);
  });

  test('has room while neither limit is reached', () => {
    const channel = open({ maxChunks: 3, maxBytes: 10 });
    expect(channel.put(parcel('aaaa'))).toBeUndefined();
    expect(channel.put(parcel('bbbbb'))).toBeUndefined();
  });
});

describe('a full channel', () => {
  test.each([
    ['of chunks', { maxChunks: 2 }],
    ['of bytes', { maxBytes: 2 }],
    ['of both', { maxChunks: 2, maxBytes: 2 }],
  ])('%s lets its writer wait until one is taken', async (_name, limits) => {
    const channel = open(limits);
    expect(channel.put(parcel('a'))).toBeUndefined();
    const waiting = channel.put(parcel('b'));
    expect(await hasSettled(waiting)).toBe(false);
    const reader = channel[Symbol.asyncIterator]();
    await reader.next();
    expect(await hasSettled(waiting)).toBe(true);
    expect(channel.put(parcel('c'))).toBeInstanceOf(Promise);
    expect(String((await reader.next()).value?.bytes)).toBe('b');
    expect(String((await reader.next()).value?.bytes)).toBe('c');
  });

  test('of bytes lets its writer wait until enough of them are taken', async () => {
    const channel = open({ maxBytes: 4 });
    channel.put(parcel('a'));
    const waiting = channel.put(parcel('bbbbbb'));
    const reader = channel[Symbol.asyncIterator]();
    await reader.next();
    expect(await hasSettled(waiting)).toBe(false);
    await reader.next();
    expect(await hasSettled(waiting)).toBe(true);
  });

  test('takes one parcel that is larger than itself', async () => {
    const channel = open({ maxChunks: 1, maxBytes: 1 });
    const waiting = channel.put(parcel('aaaaaaaa'));
    const reader = channel[Symbol.asyncIterator]();
    expect(String((await reader.next()).value?.bytes)).toBe('aaaaaaaa');
    expect(await hasSettled(waiting)).toBe(true);
  });

  test('never holds more than its limit, however much passes through', async () => {
    const channel = open({ maxChunks: 3 });
    const texts = Array.from({ length: 50 }, (_, at) => String(at));
    let written = 0;
    const writing = (async () => {
      for (const text of texts) {
        await channel.put(parcel(text));
        written += 1;
      }
      channel.close();
    })();
    const out: string[] = [];
    for await (const { bytes } of channel) {
      out.push(String(bytes));
      expect(written - out.length).toBeLessThanOrEqual(3);
      if (out.length % 7 === 0) await settled();
    }
    await writing;
    expect(out).toEqual(texts);
  });
});

describe('a closed channel', () => {
  test('ends at once where nothing is inside', async () => {
    const channel = open();
    channel.close();
    expect(await drain(channel)).toEqual([]);
  });

  test('lets its waiting reader go', async () => {
    const channel = open();
    const reading = drain(channel);
    await settled();
    channel.close();
    expect(await reading).toEqual([]);
  });

  test('still hands out what a waiting writer put in', async () => {
    const channel = open({ maxChunks: 1 });
    const waiting = channel.put(parcel('a'));
    channel.close();
    expect(await drain(channel)).toEqual(['a']);
    expect(await hasSettled(waiting)).toBe(true);
  });

  test('takes nothing more, and lets nobody wait', async () => {
    const channel = open({ maxChunks: 1 });
    channel.close();
    expect(channel.put(parcel('late'))).toBeUndefined();
    expect(await drain(channel)).toEqual([]);
  });
});

describe('an abandoned channel', () => {
  test('lets its waiting writer go', async () => {
    const channel = open({ maxChunks: 1 });
    const waiting = channel.put(parcel('a'));
    channel.abandon();
    expect(await hasSettled(waiting)).toBe(true);
  });

  test('drops what is inside, and ends', async () => {
    const channel = open();
    channel.put(parcel('a'));
    channel.abandon();
    expect(await drain(channel)).toEqual([]);
  });

  test('lets its waiting reader go', async () => {
    const channel = open();
    const reading = drain(channel);
    await settled();
    channel.abandon();
    expect(await reading).toEqual([]);
  });

  test('stops its reader between two parcels', async () => {
    const channel = open();
    for (const text of ['a', 'b']) channel.put(parcel(text));
    const out: string[] = [];
    for await (const { bytes } of channel) {
      out.push(String(bytes));
      channel.abandon();
    }
    expect(out).toEqual(['a']);
  });

  test('is never full again: whatever is put in vanishes', async () => {
    const channel = open({ maxChunks: 1, maxBytes: 1 });
    channel.put(parcel('aaa'));
    channel.abandon();
    for (const text of ['b', 'c', 'd']) expect(channel.put(parcel(text))).toBeUndefined();
    channel.close();
    expect(await drain(channel)).toEqual([]);
  });

  test('may be closed and abandoned again', async () => {
    const channel = open();
    for (let round = 0; round < 2; round += 1) {
      channel.abandon();
      channel.close();
    }
    expect(await drain(channel)).toEqual([]);
  });
});
