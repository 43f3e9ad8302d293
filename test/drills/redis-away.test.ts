// Redis, where the queue is, is hurt in all the ways that it can be.
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { inspectSpool } from '@weir/infra/spool/inspect';
import { type Clients, createClients } from '../support/clients.ts';
import { type Gateway, type Installation, killed, openInstallation } from '../support/installation.ts';
import type { Row } from '../support/ledger.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { named } from '../support/queue-servers.ts';
import { dyingAt } from './dying-at.ts';
import { expectOneRowEach } from './one-row-each.ts';
import { expectServed, liveThrough, type Outage } from './outage.ts';

jest.setTimeout(60_000);

// The gateway may write into it just then.
const DELETED = { recursive: true, maxRetries: 5 } as const;

(NO_REDIS_PROGRAM ? describe.skip : describe)(named('Redis', NO_REDIS_PROGRAM), () => {
  let redis: PrivateRedis;
  let another: PrivateRedis;
  let installation: Installation;
  let elsewhere: Gateway;
  let clients: Clients;
  beforeAll(async () => {
    [redis, another] = await Promise.all([startRedis({ durable: true }), startRedis()]);
    installation = await openInstallation({ queueOn: 'Redis', redisServer: redis.url });
    elsewhere = await installation.startGateway({ env: { REDIS_URL: another.url } });
  });
  beforeEach(() => {
    clients = createClients();
  });
  afterAll(async () => {
    await installation.close();
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
    const strangers = createClients();
    await liveThrough(outage, { clients, url: installation.gateway.url }, { clients: strangers, url: elsewhere.url });
    await expectOneRowEach(installation, clients);
  });

  test('it comes back empty while streams are open: every row comes', async () => {
    const { url } = installation.gateway;
    const crowd = clients.crowd(12, { url, tokens: 40, everyMs: 50 });
    await installation.untilAsked(clients.name, 12);
    await redis.lose();
    await redis.start();
    await crowd;
    expectServed(clients.visits);
    await expectOneRowEach(installation, clients);
  });

  test('it is stopped and the gateway killed: the next one on the same spool brings every row', async () => {
    const doomed = await installation.startGateway();
    await redis.stop();
    await clients.crowd(8, { url: doomed.url, behaviour: 'leaves at [DONE]' });
    const cut = clients.crowd(4, { url: doomed.url, behaviour: 'reads all', tokens: 500 });
    await installation.untilAsked(clients.name, 12);
    await killed(doomed.process);
    await cut;
    const next = await installation.startGatewayAfter(doomed);
    expect(await clients.visit({ url: next.url })).toMatchObject({ saw: 'all' });
    await redis.start();
    const rows = await expectOneRowEach(installation, clients, { lost: [doomed] });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost')).toHaveLength(4);
  });

  test('it is away when a gateway is told to stop: that one ends with 0, and the next brings every row', async () => {
    const told = await installation.startGateway({ env: { SHUTDOWN_GRACE_MS: '100' } });
    await redis.stop();
    await clients.crowd(10, { url: told.url });
    await told.process.stop();
    await installation.startGatewayAfter(told);
    await redis.start();
    await expectOneRowEach(installation, clients);
  });

  test('the spool is deleted while it is away: what was acknowledged just before has its row all the same', async () => {
    const gateway = await installation.startGateway();
    await redis.stop();
    await clients.crowd(10, { url: gateway.url, behaviour: 'leaves at [DONE]' });
    const still = clients.crowd(5, { url: gateway.url, behaviour: 'reads all', tokens: 100, everyMs: 20 });
    await installation.untilAsked(clients.name, 15);
    await rm(gateway.spool, DELETED);
    await clients.crowd(5, { url: gateway.url, behaviour: 'reads all' });
    await still;
    await redis.start();
    await expectOneRowEach(installation, clients);
  });

  test('it is deleted, nobody comes any more, and the gateway is killed: the next one has every row', async () => {
    const doomed = await installation.startGateway();
    await redis.stop();
    await clients.crowd(10, { url: doomed.url, behaviour: 'leaves at [DONE]' });
    await rm(doomed.spool, DELETED);
    while ((await recordsIn(doomed.spool)) < 20) await pause(20);
    await killed(doomed.process);
    await installation.startGatewayAfter(doomed);
    await redis.start();
    await expectOneRowEach(installation, clients, { lost: [doomed] });
  });

  test('a gateway that is killed when it has shipped its spool, and not yet removed it, makes no row double', async () => {
    const shipping = dyingAt('gateway/src/outbox/recovery/ship.ts', 'await segment.remove()');
    const doomed = await installation.startGateway(shipping);
    await redis.stop();
    await clients.crowd(8, { url: doomed.url, behaviour: 'leaves at [DONE]' });
    await redis.start();
    expect(await doomed.process.ended).toMatchObject({ signal: 'SIGKILL' });
    await installation.startGatewayAfter(doomed);
    await expectOneRowEach(installation, clients, { lost: [doomed] });
  });

  test('what was given up for lost gets its real row when the spool is found', async () => {
    const doomed = await installation.startGateway();
    const crowd = clients.crowd(6, { url: doomed.url, behaviour: 'reads all', tokens: 50, everyMs: 10 });
    await installation.untilAsked(clients.name, 6);
    await redis.stop();
    await crowd;
    await killed(doomed.process);
    await redis.start();
    const lost = async () => (await installation.ledger.rows()).filter((row) => isLost(row, clients)).length;
    expect(await installation.ledger.until(async () => (await lost()) === 6, AbortSignal.timeout(20_000))).toBe(true);
    await installation.startGatewayAfter(doomed);
    const rows = await expectOneRowEach(installation, clients, { lost: [doomed] });
    expect(rows.map(({ status }) => status)).toEqual(Array(6).fill('ok'));
  });
});

const isLost = (row: Row, { name }: Clients) =>
  row['reason'] === 'gateway_lost' && String(row['caller_request_id']).startsWith(name);

async function recordsIn(spool: string): Promise<number> {
  let count = 0;
  for await (const { records } of inspectSpool(spool)) for await (const _ of records) count += 1;
  return count;
}
