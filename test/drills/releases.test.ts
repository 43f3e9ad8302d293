// Gateways of two releases, one after the other or side by side, over one SPOOL_DIR.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Clients, createClients } from '../support/clients.ts';
import {
  type Gateway,
  type Installation,
  killed,
  type LaunchOptions,
  openInstallation,
} from '../support/installation.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { named } from '../support/queue-servers.ts';
import { dyingAt } from './dying-at.ts';
import { expectOneRowEach } from './one-row-each.ts';

jest.setTimeout(120_000);

const OLDER = ['--import', fileURLToPath(new URL('./older-release.ts', import.meta.url))];
const DEATHS = [
  ['spool/keep-part.ts', 'if (path !== kept) await rm(path'],
  ['spool/kept-slots.ts', 'await rename(slot'],
] as const;

(NO_REDIS_PROGRAM ? describe.skip : describe)(named('a spool of a newer release', NO_REDIS_PROGRAM), () => {
  let redis: PrivateRedis;
  let installation: Installation;
  let clients: Clients;
  beforeAll(async () => {
    redis = await startRedis({ durable: true });
    installation = await openInstallation({ queueOn: 'Redis', redisServer: redis.url });
  });
  beforeEach(() => {
    clients = createClients();
  });
  afterAll(async () => {
    await installation.close();
    await redis.remove();
  });

  const startAfter = ({ spool }: Gateway, { env = {}, nodeArgs = [] }: LaunchOptions = {}) =>
    installation.startGateway({ env: { ...env, SPOOL_DIR: spool }, nodeArgs });

  const untilLost = async (count: number) => {
    const lost = async () => (await installation.ledger.rows()).filter((row) => isLost(row, clients)).length;
    expect(await installation.ledger.until(async () => (await lost()) === count, AbortSignal.timeout(20_000))).toBe(
      true,
    );
  };

  /** Its spool holds eight requests that are closed, and four that are not. */
  async function diesWithASpool(): Promise<Gateway> {
    const newer = await installation.startGateway();
    await redis.stop();
    await clients.crowd(8, { url: newer.url, behaviour: 'leaves at [DONE]' });
    const cut = clients.crowd(4, { url: newer.url, behaviour: 'reads all', tokens: 500 });
    await installation.untilAsked(clients.name, 12);
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
    const rows = await expectOneRowEach(installation, clients, { lost: [newer] });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost')).toHaveLength(4);
    expect(await readdir(join(newer.spool, 'kept'))).toEqual([]);
  });

  test('what an older gateway keeps is shipped by a newer one that lives beside it', async () => {
    const newer = await diesWithASpool();
    const older = await startAfter(newer, { nodeArgs: OLDER });
    await redis.start();
    await untilLost(12);
    await startAfter(older);
    expect(await clients.visit({ url: older.url })).toMatchObject({ saw: 'all' });
    const rows = await expectOneRowEach(installation, clients, { lost: [newer] });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost')).toHaveLength(4);
  });
});

const isLost = (row: Record<string, unknown>, { name }: Clients) =>
  row['reason'] === 'gateway_lost' && String(row['caller_request_id']).startsWith(name);
