// Redis and Postgres are away by turns, and the gateway dies in between: what was given up for lost and what really
// happened wait on the queue together.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { welcomeCustomers } from '../support/customers.ts';
import { type House, killed, openHouse } from '../support/house.ts';
import { type PrivatePostgres, startPostgres } from '../support/private-postgres.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { named } from '../support/queue-homes.ts';
import { reckon } from './reckoning.ts';

jest.setTimeout(60_000);

(NO_REDIS_PROGRAM ? describe.skip : describe)(named('Redis and Postgres', NO_REDIS_PROGRAM), () => {
  let redis: PrivateRedis;
  let postgres: PrivatePostgres;
  let house: House;
  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startRedis({ durable: true }), startPostgres()]);
    house = await openHouse({ queueOn: 'Redis', redisServer: redis.url, databaseServer: postgres.url });
  });
  afterAll(async () => {
    await house.close();
    await Promise.all([redis.remove(), postgres.remove()]);
  });

  test('what really happened wins, though it comes to the queue when the loss waits there for the ledger', async () => {
    const customers = welcomeCustomers();
    const doomed = await house.startGateway();
    const crowd = customers.crowd(6, { url: doomed.url, manner: 'reads all', tokens: 50 });
    await house.untilAsked(customers.name, 6);
    await redis.stop();
    await crowd;
    await killed(doomed.process);
    await postgres.stop();
    await redis.start();
    await house.worker.logged('openings.reaped');
    const next = await house.startGatewayAfter(doomed);
    await next.process.logged('spool.adopted');
    await postgres.start();
    const rows = await reckon(house, customers, { lost: [doomed] });
    expect(rows.map(({ status }) => status)).toEqual(Array(6).fill('ok'));
  });
});
