// Postgres is hurt: the ledger alone, with the queue on Redis, or the ledger and the queue together.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { welcomeCustomers } from '../support/customers.ts';
import { type Gateway, type House, killed, openHouse } from '../support/house.ts';
import { type PrivatePostgres, startPostgres } from '../support/private-postgres.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { named } from '../support/queue-homes.ts';
import { liveThrough, type Outage } from './outage.ts';
import { reckon } from './reckoning.ts';

jest.setTimeout(60_000);

const kinds = [
  { holding: 'the ledger', queueOn: 'Redis' },
  { holding: 'the ledger and the queue', queueOn: 'Postgres' },
] as const;

describe.each(kinds)(named('Postgres with $holding', NO_REDIS_PROGRAM), ({ queueOn }) => {
  const it = NO_REDIS_PROGRAM ? test.skip : test;
  let redis: PrivateRedis;
  let postgres: PrivatePostgres;
  let house: House;
  let elsewhere: Gateway;
  beforeAll(async () => {
    if (NO_REDIS_PROGRAM) return;
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    house = await openHouse({ queueOn, redisServer: redis.url, databaseServer: postgres.url });
    elsewhere = await house.startGateway({ env: { REDIS_URL: redis.url, QUEUE_PREFIX: 'elsewhere' } });
  });
  afterAll(async () => {
    if (NO_REDIS_PROGRAM) return;
    await house.close();
    await Promise.all([redis.remove(), postgres.remove()]);
  });

  const outages: [string, Outage][] = [
    ['is stopped', { hurt: () => postgres.stop(), heal: () => postgres.start() }],
    ['is down after a crash', { hurt: () => postgres.kill(), heal: () => postgres.start() }],
    ['hangs', { hurt: () => postgres.hang(), heal: () => postgres.resume() }],
    ['drops every connection', { hurt: () => postgres.dropConnections(), heal: () => postgres.dropConnections() }],
  ];

  it.each(outages)('while it %s, everybody is served, and every row comes in the end', async (_, outage) => {
    const customers = welcomeCustomers();
    const strangers = welcomeCustomers();
    await liveThrough(outage, { customers, url: house.gateway.url }, { customers: strangers, url: elsewhere.url });
    await reckon(house, customers);
  });

  it('it is stopped and the gateway killed: the next one on the same spool brings every row', async () => {
    const customers = welcomeCustomers();
    const doomed = await house.startGateway();
    await postgres.stop();
    await customers.crowd(8, { url: doomed.url, manner: 'leaves at [DONE]' });
    await killed(doomed.process);
    await house.startGatewayAfter(doomed);
    await postgres.start();
    const rows = await reckon(house, customers, { lost: [doomed] });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost')).toEqual([]);
  });
});
