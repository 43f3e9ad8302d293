// Postgres is hurt: the ledger alone, with the queue on Redis, or the ledger and the queue together.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createClients } from '../support/clients.ts';
import { type Gateway, type Installation, killed, openInstallation } from '../support/installation.ts';
import { type PrivatePostgres, startPostgres } from '../support/private-postgres.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { named } from '../support/queue-servers.ts';
import { expectOneRowEach } from './one-row-each.ts';
import { liveThrough, type Outage } from './outage.ts';

jest.setTimeout(60_000);

const kinds = [
  { holding: 'the ledger', queueOn: 'Redis' },
  { holding: 'the ledger and the queue', queueOn: 'Postgres' },
] as const;

describe.each(kinds)(named('Postgres with $holding', NO_REDIS_PROGRAM), ({ queueOn }) => {
  const it = NO_REDIS_PROGRAM ? test.skip : test;
  let redis: PrivateRedis;
  let postgres: PrivatePostgres;
  let installation: Installation;
  let elsewhere: Gateway;
  beforeAll(async () => {
    if (NO_REDIS_PROGRAM) return;
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    installation = await openInstallation({ queueOn, redisServer: redis.url, databaseServer: postgres.url });
    elsewhere = await installation.startGateway({ env: { REDIS_URL: redis.url, QUEUE_PREFIX: 'elsewhere' } });
  });
  afterAll(async () => {
    if (NO_REDIS_PROGRAM) return;
    await installation.close();
    await Promise.all([redis.remove(), postgres.remove()]);
  });

  const outages: [string, Outage][] = [
    ['is stopped', { hurt: () => postgres.stop(), heal: () => postgres.start() }],
    ['is down after a crash', { hurt: () => postgres.kill(), heal: () => postgres.start() }],
    ['hangs', { hurt: () => postgres.hang(), heal: () => postgres.resume() }],
    ['drops every connection', { hurt: () => postgres.dropConnections(), heal: () => postgres.dropConnections() }],
  ];

  it.each(outages)('while it %s, everybody is served, and every row comes in the end', async (_, outage) => {
    const clients = createClients();
    const strangers = createClients();
    await liveThrough(outage, { clients, url: installation.gateway.url }, { clients: strangers, url: elsewhere.url });
    await expectOneRowEach(installation, clients);
  });

  it('it is stopped and the gateway killed: the next one on the same spool brings every row', async () => {
    const clients = createClients();
    const doomed = await installation.startGateway();
    await postgres.stop();
    await clients.crowd(8, { url: doomed.url, behaviour: 'leaves at [DONE]' });
    await killed(doomed.process);
    await installation.startGatewayAfter(doomed);
    await postgres.start();
    const rows = await expectOneRowEach(installation, clients, { lost: [doomed] });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost')).toEqual([]);
  });
});
