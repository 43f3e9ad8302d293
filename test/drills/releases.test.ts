// Gateways of two releases, one after the other or side by side, over one SPOOL_DIR.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Customers, welcomeCustomers } from '../support/customers.ts';
import { type Gateway, type House, killed, openHouse, type Wish } from '../support/house.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { named } from '../support/queue-homes.ts';
import { dyingAt } from './dying-at.ts';
import { reckon } from './reckoning.ts';

jest.setTimeout(120_000);

const OLDER = ['--import', fileURLToPath(new URL('./older-release.ts', import.meta.url))];
const DEATHS = [
  ['spool/keep-part.ts', 'if (path !== kept) await rm(path'],
  ['spool/kept-slots.ts', 'await rename(slot'],
] as const;

(NO_REDIS_PROGRAM ? describe.skip : describe)(named('a spool of a newer release', NO_REDIS_PROGRAM), () => {
  let redis: PrivateRedis;
  let house: House;
  let customers: Customers;
  beforeAll(async () => {
    redis = await startRedis({ durable: true });
    house = await openHouse({ queueOn: 'Redis', redisServer: redis.url });
  });
  beforeEach(() => {
    customers = welcomeCustomers();
  });
  afterAll(async () => {
    await house.close();
    await redis.remove();
  });

  const startAfter = ({ spool }: Gateway, { env = {}, nodeArgs = [] }: Wish = {}) =>
    house.startGateway({ env: { ...env, SPOOL_DIR: spool }, nodeArgs });

  const untilLost = async (count: number) => {
    const lost = async () => (await house.ledger.rows()).filter((row) => isLost(row, customers)).length;
    expect(await house.ledger.until(async () => (await lost()) === count, AbortSignal.timeout(20_000))).toBe(true);
  };

  /** Its spool holds eight requests that are closed, and four that are not. */
  async function diesWithASpool(): Promise<Gateway> {
    const newer = await house.startGateway();
    await redis.stop();
    await customers.crowd(8, { url: newer.url, manner: 'leaves at [DONE]' });
    const cut = customers.crowd(4, { url: newer.url, manner: 'reads all', tokens: 500 });
    await house.untilAsked(customers.name, 12);
    await killed(newer.process);
    await cut;
    return newer;
  }

  test('an older gateway ships what it can read, and a newer one the rest; killed in between, they lose nothing', async () => {
    const newer = await diesWithASpool();
    for (const [file, line] of DEATHS) {
      const { env = {}, nodeArgs = [] } = dyingAt(file, line);
      const doomed = await startAfter(newer, { env, nodeArgs: [...OLDER, ...nodeArgs] });
      await redis.start();
      expect(await doomed.process.ended).toMatchObject({ signal: 'SIGKILL' });
      await redis.stop();
    }
    const older = await startAfter(newer, { nodeArgs: OLDER });
    await redis.start();
    await untilLost(12);
    await killed(older.process);
    await startAfter(newer);
    const rows = await reckon(house, customers, { lost: [newer] });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost')).toHaveLength(4);
    expect(await readdir(join(newer.spool, 'kept'))).toEqual([]);
  });

  test('what an older gateway keeps is shipped by a newer one that lives beside it', async () => {
    const newer = await diesWithASpool();
    const older = await startAfter(newer, { nodeArgs: OLDER });
    await redis.start();
    await untilLost(12);
    await startAfter(older);
    expect(await customers.visit({ url: older.url })).toMatchObject({ saw: 'all' });
    const rows = await reckon(house, customers, { lost: [newer] });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost')).toHaveLength(4);
  });
});

const isLost = (row: Record<string, unknown>, { name }: Customers) =>
  row['reason'] === 'gateway_lost' && String(row['caller_request_id']).startsWith(name);
