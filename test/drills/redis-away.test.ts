// Redis, where the queue is, is hurt in all the ways that it can be.
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { inspectSpool } from '@weir/infra/spool/inspect';
import { type Customers, welcomeCustomers } from '../support/customers.ts';
import { type Gateway, type House, killed, openHouse } from '../support/house.ts';
import type { Row } from '../support/ledger.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { named } from '../support/queue-homes.ts';
import { dyingAt } from './dying-at.ts';
import { expectServed, liveThrough, type Outage } from './outage.ts';
import { reckon } from './reckoning.ts';

jest.setTimeout(60_000);

// The gateway may write into it just then.
const DELETED = { recursive: true, maxRetries: 5 } as const;

(NO_REDIS_PROGRAM ? describe.skip : describe)(named('Redis', NO_REDIS_PROGRAM), () => {
  let redis: PrivateRedis;
  let another: PrivateRedis;
  let house: House;
  let elsewhere: Gateway;
  let customers: Customers;
  beforeAll(async () => {
    [redis, another] = await Promise.all([startRedis({ durable: true }), startRedis()]);
    house = await openHouse({ queueOn: 'Redis', redisServer: redis.url });
    elsewhere = await house.startGateway({ env: { REDIS_URL: another.url } });
  });
  beforeEach(() => {
    customers = welcomeCustomers();
  });
  afterAll(async () => {
    await house.close();
    await Promise.all([redis.remove(), another.remove()]);
  });

  const outages: [string, Outage][] = [
    ['is stopped', { hurt: () => redis.stop(), heal: () => redis.start() }],
    ['hangs', { hurt: () => redis.hang(), heal: () => redis.resume() }],
    ['has no memory left', { hurt: () => redis.refuseWrites('memory is full'), heal: () => redis.takeWrites() }],
    ['has forgotten everything', { hurt: () => redis.lose(), heal: () => redis.start() }],
    ['takes no writes', { hurt: () => redis.refuseWrites('it is a replica'), heal: () => redis.takeWrites() }],
  ];

  test.each(outages)('while it %s, everybody is served, and every row comes when it is back', async (_, outage) => {
    const strangers = welcomeCustomers();
    await liveThrough(outage, { customers, url: house.gateway.url }, { customers: strangers, url: elsewhere.url });
    await reckon(house, customers);
  });

  test('it comes back empty while streams are open: every row comes', async () => {
    const { url } = house.gateway;
    const crowd = customers.crowd(12, { url, tokens: 40, everyMs: 50 });
    await house.untilAsked(customers.name, 12);
    await redis.lose();
    await redis.start();
    await crowd;
    expectServed(customers.visits);
    await reckon(house, customers);
  });

  test('it is stopped and the gateway killed: the next one on the same spool brings every row', async () => {
    const doomed = await house.startGateway();
    await redis.stop();
    await customers.crowd(8, { url: doomed.url, manner: 'leaves at [DONE]' });
    const cut = customers.crowd(4, { url: doomed.url, manner: 'reads all', tokens: 500 });
    await house.untilAsked(customers.name, 12);
    await killed(doomed.process);
    await cut;
    const next = await house.startGatewayAfter(doomed);
    expect(await customers.visit({ url: next.url })).toMatchObject({ saw: 'all' });
    await redis.start();
    const rows = await reckon(house, customers, { lost: [doomed] });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost')).toHaveLength(4);
  });

  test('it is away when a gateway is told to stop: that one ends with 0, and the next brings every row', async () => {
    const told = await house.startGateway({ env: { SHUTDOWN_GRACE_MS: '100' } });
    await redis.stop();
    await customers.crowd(10, { url: told.url });
    await told.process.stop();
    await house.startGatewayAfter(told);
    await redis.start();
    await reckon(house, customers);
  });

  test('the spool is deleted while it is away: what was acknowledged just before has its row all the same', async () => {
    const gateway = await house.startGateway();
    await redis.stop();
    await customers.crowd(10, { url: gateway.url, manner: 'leaves at [DONE]' });
    const still = customers.crowd(5, { url: gateway.url, manner: 'reads all', tokens: 100, everyMs: 20 });
    await house.untilAsked(customers.name, 15);
    await rm(gateway.spool, DELETED);
    await customers.crowd(5, { url: gateway.url, manner: 'reads all' });
    await still;
    await redis.start();
    await reckon(house, customers);
  });

  test('it is deleted, nobody comes any more, and the gateway is killed: the next one has every row', async () => {
    const doomed = await house.startGateway();
    await redis.stop();
    await customers.crowd(10, { url: doomed.url, manner: 'leaves at [DONE]' });
    await rm(doomed.spool, DELETED);
    while ((await recordsIn(doomed.spool)) < 20) await pause(20);
    await killed(doomed.process);
    await house.startGatewayAfter(doomed);
    await redis.start();
    await reckon(house, customers, { lost: [doomed] });
  });

  test('a gateway that is killed when it has shipped its spool, and not yet removed it, makes no row double', async () => {
    const shipping = dyingAt('gateway/src/outbox/recovery/ship.ts', 'await segment.remove()');
    const doomed = await house.startGateway(shipping);
    await redis.stop();
    await customers.crowd(8, { url: doomed.url, manner: 'leaves at [DONE]' });
    await redis.start();
    expect(await doomed.process.ended).toMatchObject({ signal: 'SIGKILL' });
    await house.startGatewayAfter(doomed);
    await reckon(house, customers, { lost: [doomed] });
  });

  test('what was given up for lost gets its real row when the spool is found', async () => {
    const doomed = await house.startGateway();
    const crowd = customers.crowd(6, { url: doomed.url, manner: 'reads all', tokens: 50, everyMs: 10 });
    await house.untilAsked(customers.name, 6);
    await redis.stop();
    await crowd;
    await killed(doomed.process);
    await redis.start();
    const lost = async () => (await house.ledger.rows()).filter((row) => isLost(row, customers)).length;
    expect(await house.ledger.until(async () => (await lost()) === 6, AbortSignal.timeout(20_000))).toBe(true);
    await house.startGatewayAfter(doomed);
    const rows = await reckon(house, customers, { lost: [doomed] });
    expect(rows.map(({ status }) => status)).toEqual(Array(6).fill('ok'));
  });
});

const isLost = (row: Row, { name }: Customers) =>
  row['reason'] === 'gateway_lost' && String(row['caller_request_id']).startsWith(name);

async function recordsIn(spool: string): Promise<number> {
  let count = 0;
  for await (const { records } of inspectSpool(spool)) for await (const _ of records) count += 1;
  return count;
}
