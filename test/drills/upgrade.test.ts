// A gateway of another release and one of this one, over one SPOOL_DIR and one Redis: each dies while it ships what the
// other left. WEIR_BEFORE is a checkout of that release, with its dependencies; without it there is nothing to upgrade from.
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { welcomeCustomers } from '../support/customers.ts';
import { type Gateway, type House, killed, openHouse, type Wish } from '../support/house.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { dyingAt } from './dying-at.ts';
import { reckon } from './reckoning.ts';

jest.setTimeout(120_000);

const BEFORE = process.env['WEIR_BEFORE'] ?? '';
const OTHER: Wish = { program: join(BEFORE, 'apps/gateway/src/main.ts') };
// Where the dead gateway's spool has been shipped, and not yet removed: WEIR_BEFORE_DIES is its file and line.
const [file = '', ...line] = (process.env['WEIR_BEFORE_DIES'] ?? 'outbox/shipping.ts await legacy.remove(').split(' ');
const OTHER_DIES = dyingAt(file, line.join(' '));
const OURS_DIES = dyingAt('outbox/recovery/ship.ts', 'await deadSpool.remove(');

const isMissing = BEFORE === '' || NO_REDIS_PROGRAM;
(isMissing ? describe.skip : describe)('an upgrade, and its way back', () => {
  let redis: PrivateRedis;
  let house: House;
  beforeAll(async () => {
    redis = await startRedis({ durable: true });
    house = await openHouse({ queueOn: 'Redis', redisServer: redis.url });
  });
  afterAll(async () => {
    await house.close();
    await redis.remove();
  });

  test('loses nothing, whichever dies while it ships what the other left', async () => {
    const customers = welcomeCustomers();
    let shared: Record<string, string> = {}; // the SPOOL_DIR of the first of them
    const lost: Gateway[] = [];

    /** Serves while Redis is away, has streams open, and is killed: what it owes lies in the spool. */
    const leaveASpool = async (wish: Wish): Promise<void> => {
      const gateway = await house.startGateway({ ...wish, env: { ...wish.env, ...shared } });
      shared = { SPOOL_DIR: gateway.spool };
      await redis.stop();
      const asked = (await house.asked(customers.name)).size;
      await customers.crowd(6, { url: gateway.url, manner: 'leaves at [DONE]' });
      const cut = customers.crowd(3, { url: gateway.url, manner: 'reads all', tokens: 500 });
      await house.untilAsked(customers.name, asked + 9);
      await killed(gateway.process);
      await cut;
      lost.push(gateway);
    };
    /** Adopts that spool, and dies in the middle of it. */
    const dieShipping = async (wish: Wish): Promise<void> => {
      const gateway = await house.startGateway({ ...wish, env: { ...wish.env, ...shared } });
      await redis.start();
      expect(await gateway.process.ended).toMatchObject({ signal: 'SIGKILL' });
      lost.push(gateway);
    };

    await leaveASpool(OTHER);
    await dieShipping(OURS_DIES);
    await leaveASpool({});
    await dieShipping({ ...OTHER, ...OTHER_DIES });
    await Promise.all([OTHER, {}].map((wish: Wish) => house.startGateway({ ...wish, env: shared })));
    const rows = await reckon(house, customers, { lost });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost')).toHaveLength(6);
  });
});
