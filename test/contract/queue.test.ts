import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Consumer, openConsumer, RecordRefused, RetryLater } from '@weir/infra/consume';
import type { Log } from '@weir/infra/log';
import { migrateQueue } from '@weir/infra/migrate';
import { type CompletionQueue, openQueue } from '@weir/infra/queue';
import type { Completion } from '@weir/ledger/completion';
import { createDatabase, type Home, NO_DATABASE, named, servers } from '../support/queue-servers.ts';

const LOCK_MS = 10_000;

jest.setTimeout(30_000);

type Handle = (record: unknown, id: string) => Promise<void>;

const silent: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  fatal: () => {},
  isLevelEnabled: () => false,
};

// The queue carries a record without looking into it.
const record = (text: string) => ({ text }) as unknown as Completion;
const fill = (queue: CompletionQueue, ids: readonly string[]) =>
  queue.addBulk(ids.map((id) => ({ name: 'completion', data: record(id), opts: { jobId: id } })));
const idsUpTo = (count: number) => Array.from({ length: count }, (_, at) => `id-${at}`);

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20);
}

describe.each(servers)('the queue on $name', (server) => {
  const it = server.missing ? test.skip : test;
  let home: Home;
  let queue: CompletionQueue;
  let consumers: Consumer[];

  beforeEach(async () => {
    if (server.missing) return;
    home = await server.open();
    queue = openQueue(home.location);
    consumers = [];
  });

  afterEach(async () => {
    if (server.missing) return;
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    await queue.close();
    await home.leave();
  });

  const consume = async (handle: Handle, concurrency = 100): Promise<Consumer> => {
    const consumer = openConsumer(home.location, { concurrency, handle, lockMs: LOCK_MS, log: silent });
    consumers.push(consumer);
    await consumer.start();
    return consumer;
  };

  const counts = () => queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed');

  it('hands every record over once, and keeps nothing of what is done', async () => {
    const ids = idsUpTo(500);
    const seen: string[] = [];
    await fill(queue, ids);
    await consume(async (given, id) => {
      expect(given).toEqual(record(id));
      seen.push(id);
    });
    await until(async () => seen.length >= ids.length && (await counts())['active'] === 0);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(await counts()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0, completed: 0 });
  });

  it('hands over as many at a time as it is told, and no more', async () => {
    const full = Promise.withResolvers<void>();
    let inHand = 0;
    let most = 0;
    await fill(queue, idsUpTo(250));
    await consume(async () => {
      inHand += 1;
      most = Math.max(most, inHand);
      if (inHand === 100) full.resolve();
      await full.promise;
      inHand -= 1;
    }, 100);
    await full.promise;
    await until(async () => (await counts())['waiting'] === 0 && (await counts())['active'] === 0);
    expect(most).toBe(100);
  });

  it('takes what comes later, and shares it with a second consumer', async () => {
    const seen: string[] = [];
    const handle: Handle = async (_, id) => void seen.push(id);
    await consume(handle);
    await consume(handle);
    for (const id of idsUpTo(50)) await fill(queue, [id]);
    await until(async () => seen.length >= 50);
    expect(seen.toSorted()).toEqual(idsUpTo(50).toSorted());
  });

  it('does not take an id again while it is there', async () => {
    await fill(queue, ['same', 'same']);
    await fill(queue, ['same']);
    expect(await queue.getWaitingCount()).toBe(1);
  });

  it('keeps a dead letter with its reason, and does not try it again', async () => {
    let tries = 0;
    await fill(queue, ['bad']);
    await consume(async () => {
      tries += 1;
      throw new RecordRefused('id: must be a UUID');
    });
    await until(async () => (await counts())['failed'] === 1);
    const [job] = await queue.getFailed();
    expect(job).toMatchObject({ id: 'bad', failedReason: 'id: must be a UUID', attemptsMade: 1, data: record('bad') });
    expect(tries).toBe(1);
  });

  it('tries again, later, what failed for no known reason', async () => {
    await fill(queue, ['unlucky']);
    await consume(async () => Promise.reject(new Error('a fault of ours')));
    await until(async () => (await counts())['delayed'] === 1);
    expect((await counts())['failed']).toBe(0);
  });

  it('gives back what it is told to when it stops, at the cost of no attempt', async () => {
    const ids = idsUpTo(20);
    const inHand = new Set<string>();
    const stopping = Promise.withResolvers<void>();
    await fill(queue, ids);
    const consumer = await consume(async (_, id) => {
      inHand.add(id);
      await stopping.promise;
      throw new RetryLater('not here');
    });
    await until(async () => inHand.size === ids.length);
    const stopped = consumer.stop();
    stopping.resolve();
    await stopped;
    expect(await counts()).toMatchObject({ waiting: 20, active: 0, failed: 0 });
    expect((await queue.getWaiting()).map(({ attemptsMade }) => attemptsMade)).toEqual(ids.map(() => 0));

    const seen: string[] = [];
    await consume(async (_, id) => void seen.push(id));
    await until(async () => seen.length >= ids.length);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it('takes nothing while the queue is paused, though it has hands free, and goes on when it is resumed', async () => {
    const begun: string[] = [];
    const release = Promise.withResolvers<void>();
    await fill(queue, idsUpTo(60));
    await consume(async (_, id) => {
      begun.push(id);
      await release.promise;
    }, 20);
    await until(async () => begun.length === 20);
    await queue.pause();
    release.resolve();
    await until(async () => (await counts())['active'] === 0);
    expect(begun).toHaveLength(20);
    await queue.resume();
    await until(async () => begun.length === 60);
    expect(begun.toSorted()).toEqual(idsUpTo(60).toSorted());
  });

  it('gives a job whose delay is over its turn, though there are others all the time', async () => {
    const its = Promise.withResolvers<void>();
    let turn = false;
    await queue.add('completion', record('late'), { jobId: 'late', delay: 50 });
    await fill(queue, idsUpTo(20));
    await consume(async (_, id) => {
      if (id === 'late') {
        turn = true;
        its.resolve();
      } else if (!turn) await fill(queue, [`${id}+`, `${id}-`]);
    }, 5);
    await its.promise;
    expect(await queue.getWaitingCount()).toBeGreaterThan(0);
  });

  it('settles what is in hand before it has stopped, and takes no more', async () => {
    const release = Promise.withResolvers<void>();
    let begun = 0;
    await fill(queue, idsUpTo(10));
    const consumer = await consume(async () => {
      begun += 1;
      await release.promise;
    }, 5);
    await until(async () => begun === 5);
    const stopped = consumer.stop();
    release.resolve();
    await stopped;
    expect(begun).toBe(5);
    expect(await counts()).toMatchObject({ waiting: 5, active: 0, failed: 0 });
  });
});

describe(`the queue on ${named('a Postgres that is not migrated yet', NO_DATABASE)}`, () => {
  const it = NO_DATABASE ? test.skip : test;

  it('works as soon as it is, for whoever had opened it before', async () => {
    const database = await createDatabase();
    const location = { databaseUrl: database.url, prefix: 'weir' };
    const warned = jest.fn<(fields: object, event: string) => void>();
    const queue = openQueue(location);
    const handled = Promise.withResolvers<void>();
    const log = { ...silent, warn: warned } as unknown as Log;
    const consumer = openConsumer(location, {
      concurrency: 1,
      handle: async () => handled.resolve(),
      lockMs: LOCK_MS,
      log,
    });
    const started = consumer.start();
    await expect(fill(queue, ['early'])).rejects.toThrow('is not initialized');
    await until(async () => warned.mock.calls.length > 0);

    await migrateQueue(database.url, 'weir');
    await fill(queue, ['late']);
    await started;
    await handled.promise;
    expect(warned.mock.calls.map(([, event]) => event)).toEqual(['queue.away']);
    await consumer.stop();
    await queue.close();
    await database.drop();
  });
});
