// A gateway of another release and one of this one, over one SPOOL_DIR and one Redis: each dies while it ships what the
// other left. WEIR_BEFORE is a checkout of that release, with its dependencies; without it there is nothing to upgrade from.
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createClients } from '../support/clients.ts';
import {
  type Gateway,
  type Installation,
  killed,
  type LaunchOptions,
  openInstallation,
} from '../support/installation.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { dyingAt } from './dying-at.ts';
import { expectOneRowEach } from './one-row-each.ts';

jest.setTimeout(120_000);

const BEFORE = process.env['WEIR_BEFORE'] ?? '';
const OTHER: LaunchOptions = { program: join(BEFORE, 'apps/gateway/src/main.ts') };
// Where the dead gateway's spool has been shipped, and not yet removed: WEIR_BEFORE_DIES is its file and line.
const [file = '', ...line] = (process.env['WEIR_BEFORE_DIES'] ?? 'outbox/shipping.ts await legacy.remove(').split(' ');
const OTHER_DIES = dyingAt(file, line.join(' '));
const OURS_DIES = dyingAt('outbox/recovery/ship.ts', 'await deadSpool.remove(');

const isMissing = BEFORE === '' || NO_REDIS_PROGRAM;
(isMissing ? describe.skip : describe)('an upgrade, and its way back', () => {
  let redis: PrivateRedis;
  let installation: Installation;
  beforeAll(async () => {
    redis = await startRedis({ durable: true });
    installation = await openInstallation({ queueOn: 'Redis', redisServer: redis.url });
  });
  afterAll(async () => {
    await installation.close();
    await redis.remove();
  });

  test('loses nothing, whichever dies while it ships what the other left', async () => {
    const clients = createClients();
    let shared: Record<string, string> = {}; // the SPOOL_DIR of the first of them
    const lost: Gateway[] = [];

    /** Serves while Redis is away, has streams open, and is killed: what it owes lies in the spool. */
    const leaveASpool = async (options: LaunchOptions): Promise<void> => {
      const gateway = await installation.startGateway({ ...options, env: { ...options.env, ...shared } });
      shared = { SPOOL_DIR: gateway.spool };
      await redis.stop();
      const asked = (await installation.asked(clients.name)).size;
      await clients.crowd(6, { url: gateway.url, behaviour: 'leaves at [DONE]' });
      const cut = clients.crowd(3, { url: gateway.url, behaviour: 'reads all', tokens: 500 });
      await installation.untilAsked(clients.name, asked + 9);
      await killed(gateway.process);
      await cut;
      lost.push(gateway);
    };
    /** Adopts that spool, and dies in the middle of it. */
    const dieShipping = async (options: LaunchOptions): Promise<void> => {
      const gateway = await installation.startGateway({ ...options, env: { ...options.env, ...shared } });
      await redis.start();
      expect(await gateway.process.ended).toMatchObject({ signal: 'SIGKILL' });
      lost.push(gateway);
    };

    await leaveASpool(OTHER);
    await dieShipping(OURS_DIES);
    await leaveASpool({});
    await dieShipping({ ...OTHER, ...OTHER_DIES });
    await Promise.all(
      [OTHER, {}].map((options: LaunchOptions) => installation.startGateway({ ...options, env: shared })),
    );
    const rows = await expectOneRowEach(installation, clients, { lost });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost')).toHaveLength(6);
  });
});
