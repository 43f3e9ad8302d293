import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Consumer, NOT_JSON, openConsumer, RecordRefused } from '@weir/infra/consume';
import type { Log } from '@weir/infra/log';
import { type CompletionQueue, openQueue } from '@weir/infra/queue';
import type { Completion } from '@weir/ledger/completion';
import { Redis } from 'ioredis';
import { putByHand } from '../support/job-by-hand.ts';
import { type Home, NO_REDIS, named, openOnRedis } from '../support/queue-servers.ts';

const LOCK_MS = 10_000;

jest.setTimeout(30_000);

const IN_HAND = 120; // more than one script finishes

const events = new Set<string>();
const note = (_: unknown, event: string) => void events.add(event);
const log = { debug: note, warn: note, error: note } as unknown as Log;

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20);
}

describe(`many jobs at once on ${named('Redis', NO_REDIS)}`, () => {
  const it = NO_REDIS ? test.skip : test;
  let home: Home;
  let queue: CompletionQueue;
  let redis: Redis;
  let consumer: Consumer;

  beforeEach(async () => {
    if (NO_REDIS) return;
    home = openOnRedis('');
    queue = openQueue(home.location);
    redis = new Redis(home.location.redisUrl ?? '');
    events.clear();
  });

  afterEach(async () => {
    if (NO_REDIS) return;
    await consumer.stop();
    await queue.close();
    await redis.quit();
    await home.leave();
  });

  const start = async (count: number, handle: (id: string) => Promise<void>) => {
    const ids = Array.from({ length: count }, (_, at) => `id-${at}`);
    await queue.addBulk(ids.map((jobId) => ({ name: 'completion', data: {} as Completion, opts: { jobId } })));
    consumer = openConsumer(home.location, {
      concurrency: IN_HAND,
      handle: (_, id) => handle(id),
      lockMs: LOCK_MS,
      log,
    });
    await consumer.start();
  };
  /** As many as it takes, all in hand until they are let go. */
  const holdAll = async (): Promise<() => void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let begun = 0;
    await start(IN_HAND, async () => {
      begun += 1;
      await promise;
    });
    await until(async () => begun === IN_HAND);
    return resolve;
  };
  const keyOf = (id: string) => queue.toKey(id);
  const lockOf = (id: string) => `${keyOf(id)}:lock`;

  it('those that take the place of finished ones are locked like any other, and counted as begun', async () => {
    const releases = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const begun: string[] = [];
    await start(2 * IN_HAND, async (id) => {
      begun.push(id);
      await releases[begun.length <= IN_HAND ? 0 : 1]?.promise;
    });
    await until(async () => begun.length === IN_HAND);
    releases[0]?.resolve();
    await until(async () => begun.length === 2 * IN_HAND);

    const second = begun.slice(IN_HAND);
    expect((await queue.getActive()).map(({ id }) => id).toSorted()).toEqual(second.toSorted());
    const locks = await Promise.all(second.map((id) => redis.pttl(lockOf(id))));
    expect(Math.min(...locks)).toBeGreaterThan(0);
    const jobs = await Promise.all(second.map((id) => redis.hmget(keyOf(id), 'ats', 'processedOn')));
    for (const [starts, processedOn] of jobs) expect([starts, Number(processedOn) > 0]).toEqual(['1', true]);
    releases[1]?.resolve();
  });

  it('nothing is left of those that are done', async () => {
    let done = 0;
    await start(3 * IN_HAND, async () => {
      done += 1;
    });
    await until(async () => done === 3 * IN_HAND && (await queue.getActiveCount()) === 0);
    expect(await redis.keys(`${keyOf('id-')}*`)).toEqual([]);
  });

  it('one that somebody else holds by now is left to them, and the others are done', async () => {
    const release = await holdAll();
    await redis.set(lockOf('id-7'), 'somebody else', 'PX', 60_000);
    release();
    await until(async () => events.has('job.lost') && (await queue.getActiveCount()) === 1);
    expect((await queue.getActive()).map(({ id }) => id)).toEqual(['id-7']);
    expect(await redis.get(lockOf('id-7'))).toBe('somebody else');
    expect(events).not.toContain('queue.error');
  });

  it('one that is gone is no trouble for the others', async () => {
    const release = await holdAll();
    await redis.del(keyOf('id-7'), lockOf('id-7'));
    await redis.lrem(queue.toKey('active'), 1, 'id-7');
    release();
    await until(async () => (await queue.getActiveCount()) === 0);
    expect(await redis.keys(`${keyOf('id-')}*`)).toEqual([]);
  });

  describe('a job that somebody wrote by hand', () => {
    const REASON = 'its data is no JSON';
    const POISON: [string, Record<string, string>][] = [
      ['whose data is no JSON', { name: 'completion', data: '{"version":1,', opts: '{}', timestamp: '1' }],
      ['whose data is no JSON, and that says nothing else', { data: 'text' }],
    ];
    const put = (id: string, fields: Record<string, string>) =>
      putByHand(queue, home.location.redisUrl ?? '', { id, ...fields });
    /** As the worker handles it. */
    const consume = () => {
      const done: string[] = [];
      consumer = openConsumer(home.location, {
        concurrency: 10,
        lockMs: LOCK_MS,
        handle: async (record, id) => {
          if (record === NOT_JSON) throw new RecordRefused(REASON);
          done.push(id);
        },
        log,
      });
      return done;
    };

    (NO_REDIS ? test.skip : test).each(POISON)(
      '%s, is a dead letter with its reason, and its neighbours are done',
      async (_, fields) => {
        const done = consume();
        const ids = Array.from({ length: 40 }, (_, at) => `id-${at}`);
        for (const id of ids) {
          if (id === 'id-0' || id === 'id-25') await put(`poison-${id}`, fields);
          await queue.add('completion', {} as Completion, { jobId: id });
        }
        await consumer.start();
        await until(async () => done.length === 40 && (await queue.getFailedCount()) === 2);
        expect(done.toSorted()).toEqual(ids.toSorted());
        expect(await queue.getActiveCount()).toBe(0);
        const failed = await queue.getFailed();
        expect(failed.map(({ id }) => id).toSorted()).toEqual(['poison-id-0', 'poison-id-25']);
        for (const { failedReason, data } of failed) expect([failedReason, data]).toEqual([REASON, NOT_JSON]);
        expect(await redis.hget(keyOf('poison-id-0'), 'data')).toBe(fields['data']);
        expect(events).not.toContain('queue.error');
      },
    );
  });
});
