import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { named } from '../support/queue-servers.ts';
import { freshName } from '../support/services.ts';
import { openDoor } from './door.ts';
import { eventually, expectToReject, QueueWriterInTest, until } from './queue-writer-harness.ts';

jest.setTimeout(60_000);

describe(`the queue writer on ${named('a Redis', NO_REDIS_PROGRAM)}`, () => {
  const it = NO_REDIS_PROGRAM ? test.skip : test;
  let redis: PrivateRedis;
  let tested: QueueWriterInTest;

  beforeAll(async () => {
    if (!NO_REDIS_PROGRAM) redis = await startRedis({ durable: true });
  });
  afterAll(async () => {
    if (!NO_REDIS_PROGRAM) await redis.remove();
  });
  beforeEach(async () => {
    if (NO_REDIS_PROGRAM) return;
    tested = new QueueWriterInTest({ redisUrl: redis.url, databaseUrl: '', prefix: freshName() });
    await tested.writer.connected();
  });
  afterEach(async () => {
    if (!NO_REDIS_PROGRAM) await tested.writer.close();
  });

  it('that falls silent before it was given anything takes it once it can be heard again', async () => {
    const door = await openDoor(redis.url);
    await tested.writer.close();
    tested = new QueueWriterInTest({ redisUrl: door.url, databaseUrl: '', prefix: freshName() });
    try {
      await eventually(tested.verbs.beat);
      door.hush();
      await tested.expectAllToReject();
      await tested.untilAllWork();
    } finally {
      await door.shut();
    }
  });

  it('says each time that it connects again that what it was told may be forgotten, and not at first', async () => {
    await tested.untilAllWork();
    expect(tested.timesForgotten).toBe(0);
    for (let time = 1; time <= 2; time += 1) {
      await redis.kill();
      await redis.start();
      await tested.untilAllWork();
      expect(tested.timesForgotten).toBe(time);
    }
  });

  it('says so where the connection alone was cut, for behind another may be another Redis', async () => {
    await tested.untilAllWork();
    const operator = new Redis(redis.url);
    await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    operator.disconnect();
    await until(() => tested.timesForgotten > 0);
    await tested.untilAllWork();
    expect(tested.timesForgotten).toBe(1);
  });

  it('has said so by the time that it answers again, so that it can be reminded before anything else', async () => {
    await tested.untilAllWork();
    await redis.lose();
    await redis.start();
    let saidByThen = 0;
    await eventually(async () => {
      await tested.verbs.beat();
      saidByThen = tested.timesForgotten;
    });
    expect(saidByThen).toBe(1);
  });

  it('says so with the next beat where it forgot over a connection that stands, and takes all verbs at once', async () => {
    await tested.untilAllWork();
    await tested.verbs.beat();
    expect(tested.timesForgotten).toBe(0);
    await redis.command('FLUSHALL');
    await Promise.all([tested.verbs.open(), tested.verbs.add()]); // though its scripts are gone, too
    expect(await tested.queued()).toHaveLength(1);
    await tested.verbs.beat();
    expect(tested.timesForgotten).toBe(1);
    await tested.verbs.beat();
    expect(tested.timesForgotten).toBe(1);
  });

  it('says nothing where it was merely slow: what was given up was counted all the same', async () => {
    await tested.untilAllWork();
    redis.hang();
    await expectToReject(tested.verbs.beat());
    redis.resume();
    await tested.untilAllWork();
    await tested.verbs.beat();
    expect(tested.timesForgotten).toBe(0);
  });

  it.each(['memory is full', 'it is a replica'] as const)('rejects what it refuses because %s', async (because) => {
    await tested.untilAllWork();
    await redis.refuseWrites(because);
    const { open, beat, add } = tested.verbs;
    for (const verb of [open, beat, add]) await expectToReject(verb());
    await redis.takeWrites();
    await tested.untilAllWork();
  });

  it('leaves one that became a replica: behind the same address there may be the new primary', async () => {
    await tested.untilAllWork();
    await redis.refuseWrites('it is a replica');
    await expectToReject(tested.verbs.beat());
    await until(() => tested.timesForgotten > 0);
    await redis.takeWrites();
    await tested.untilAllWork();
  });

  it('refuses from the first, and works when it takes writes', async () => {
    await redis.refuseWrites('memory is full');
    const { open, beat, add } = tested.verbs;
    for (const verb of [open, beat, add]) await expectToReject(verb());
    await redis.takeWrites();
    await tested.untilAllWork();
  });
});
