// Redis and Postgres are away by turns, and the gateway dies in between: what was given up for lost and what really
// happened wait on the queue together.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createClients } from '../support/clients.ts';
import { type Installation, killed, openInstallation } from '../support/installation.ts';
import { type PrivatePostgres, startPostgres } from '../support/private-postgres.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { named } from '../support/queue-servers.ts';
import { expectOneRowEach } from './one-row-each.ts';

jest.setTimeout(60_000);

(NO_REDIS_PROGRAM ? describe.skip : describe)(named('Redis and Postgres', NO_REDIS_PROGRAM), () => {
  let redis: PrivateRedis;
  let postgres: PrivatePostgres;
  let installation: Installation;
  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startRedis({ durable: true }), startPostgres()]);
    installation = await openInstallation({ queueOn: 'Redis', redisServer: redis.url, databaseServer: postgres.url });
  });
  afterAll(async () => {
    await installation.close();
    await Promise.all([redis.remove(), postgres.remove()]);
  });

  test('what really happened wins, though it comes to the queue when the loss waits there for the ledger', async () => {
    const clients = createClients();
    const doomed = await installation.startGateway();
    const crowd = clients.crowd(6, { url: doomed.url, behaviour: 'reads all', tokens: 50 });
    await installation.untilAsked(clients.name, 6);
    await redis.stop();
    await crowd;
    await killed(doomed.process);
    await postgres.stop();
    await redis.start();
    await installation.worker.logged('openings.reaped');
    const next = await installation.startGatewayAfter(doomed);
    await next.process.logged('spool.adopted');
    await postgres.start();
    const rows = await expectOneRowEach(installation, clients, { lost: [doomed] });
    expect(rows.map(({ status }) => status)).toEqual(Array(6).fill('ok'));
  });
});
