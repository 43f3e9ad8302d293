// The disk of the spool is full while Redis is away. It is a small file system of its own, for which one must be root.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../private-redis.ts';
import { welcomeCustomers } from './customers.ts';
import { type House, openHouse } from './house.ts';
import { expectServed } from './outage.ts';
import { reckon } from './reckoning.ts';

jest.setTimeout(60_000);

const disk = mkdtempSync(join(tmpdir(), 'weir-disk-'));
const filler = join(disk, 'filler');
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]).status === 0;
if (!mounted) process.stderr.write('SKIPPED: a full disk, for which a file system must be mounted\n');

afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

(mounted && !NO_REDIS_PROGRAM ? describe : describe.skip)('with Redis away', () => {
  let redis: PrivateRedis;
  let house: House;
  beforeAll(async () => {
    redis = await startRedis({ durable: true });
    house = await openHouse({ queueOn: 'Redis', redisServer: redis.url, env: { SPOOL_DIR: join(disk, 'spool') } });
  });
  afterAll(async () => {
    await house.close();
    await redis.remove();
  });

  test('a full disk turns new requests away, and loses nothing of those that run; with room again it serves', async () => {
    const customers = welcomeCustomers();
    const { url, process } = house.gateway;
    const running = customers.crowd(8, { url, tokens: 40, everyMs: 50 });
    await house.untilAsked(customers.name, 8);
    await redis.stop();
    await customers.visit({ url });
    await fill();
    const newcomers = Array.from({ length: 20 }, () => customers.visit({ url }));
    expect(await Promise.race(newcomers)).toMatchObject({ saw: 'refused', status: 503, code: 'unmetered' });
    expect(await process.logged('spool.unwritable')).toMatchObject({ level: 'error', reason: expect.any(String) });
    await house.untilAnswered(customers.name);
    await rm(filler);
    expectServed(await running);
    for (const { saw } of await Promise.all(newcomers)) expect(['refused', 'all']).toContain(saw); // some had room still
    expect(await customers.visit({ url })).toMatchObject({ saw: 'all' });
    await redis.start();
    await reckon(house, customers);
  });
});

async function fill(): Promise<void> {
  const full = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error;
  };
  await writeFile(filler, Buffer.alloc(1024 * 1024)).catch(full);
}
