// Redis forgets all that it was told, and nobody's connection breaks: only the number of a heartbeat tells.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openRegister } from '@weir/infra/register/open';
import { type Clients, createClients } from '../support/clients.ts';
import { type Installation, killed, openInstallation } from '../support/installation.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { named } from '../support/queue-servers.ts';
import { expectOneRowEach } from './one-row-each.ts';
import { type Points, setPoints } from './points.ts';

jest.setTimeout(120_000);

const OPEN = { behaviour: 'reads all', tokens: 1500, everyMs: 20 } as const;

(NO_REDIS_PROGRAM ? describe.skip : describe)(named('Redis', NO_REDIS_PROGRAM), () => {
  let servers: readonly [PrivateRedis, PrivateRedis];
  let points: Points;
  let installation: Installation;
  let clients: Clients;
  beforeEach(async () => {
    servers = await Promise.all([startRedis(), startRedis()]);
    points = await setPoints(servers[0].url);
    installation = await openInstallation({ queueOn: 'Redis', redisServer: points.url });
    clients = createClients();
  });
  afterEach(async () => {
    await installation.close();
    await points.close();
    await Promise.all(servers.map((server) => server.remove()));
  });

  /** What forgets, and who writes rows afterwards. The worker that there was has no part in it. */
  const ways: [string, () => Promise<{ forget(): Promise<void>; goOn(): unknown }>][] = [
    [
      'is exchanged for an empty one',
      async () => {
        await killed(installation.worker);
        return { forget: () => points.lead(servers[1].url), goOn: () => installation.startWorker() };
      },
    ],
    [
      'is emptied',
      async () => {
        installation.worker.signal('SIGSTOP');
        const forget = async () => void (await servers[0].command('FLUSHALL'));
        return { forget, goOn: () => installation.worker.signal('SIGCONT') };
      },
    ],
  ];

  describe.each(ways)('that %s while all connections stand', (_, prepare) => {
    test('is told again of the requests that have just ended: every row comes', async () => {
      const { forget, goOn } = await prepare();
      await clients.crowd(12, { url: installation.gateway.url, everyMs: 10 });
      await forget();
      await goOn();
      await expectOneRowEach(installation, clients);
    });

    test('is told again of the requests that are open: the gateway is killed, and each has its gateway_lost row', async () => {
      const { forget, goOn } = await prepare();
      const cut = clients.crowd(10, { url: installation.gateway.url, ...OPEN });
      await installation.untilAsked(clients.name, 10);
      await forget();
      await untilRegistered(10);
      await killed(installation.gateway.process);
      await cut;
      await goOn();
      const rows = await expectOneRowEach(installation, clients, { lost: [installation.gateway] });
      expect(rows.map(({ reason }) => reason)).toEqual(Array(10).fill('gateway_lost'));
    });
  });

  async function untilRegistered(count: number): Promise<void> {
    const register = openRegister(installation.home.location, { timeoutMs: 1000 });
    const limit = AbortSignal.timeout(10_000);
    let found = 0;
    while (found < count && !limit.aborted) {
      const gateways = [...(await register.gateways()).keys()];
      const openings = await Promise.all(gateways.map((gateway) => register.openingsOf(gateway, count)));
      found = openings.flat().length;
    }
    await register.close();
  }
});
