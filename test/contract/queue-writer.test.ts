import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { migrateQueue } from '@weir/infra/migrate';
import type { QueueLocation } from '@weir/infra/queue';
import type { Opening } from '@weir/ledger/opening';
import { startPostgres } from '../support/private-postgres.ts';
import { NO_REDIS_PROGRAM, startRedis } from '../support/private-redis.ts';
import type { PrivateServer } from '../support/private-server.ts';
import { createDatabase } from '../support/queue-servers.ts';
import { opening, openings } from '../support/register-openings.ts';
import { freshName } from '../support/services.ts';
import { type Door, openDoor } from './door.ts';
import {
  completionOf,
  eventually,
  expectToReject,
  expectToResolveSoon,
  QueueWriterInTest,
} from './queue-writer-harness.ts';

jest.setTimeout(60_000);

interface Kind {
  readonly name: string;
  readonly missing: boolean;
  start(): Promise<PrivateServer>;
  /** A fresh one on this server. */
  location(server: PrivateServer): Promise<QueueLocation>;
}

const kinds: readonly Kind[] = [
  {
    name: NO_REDIS_PROGRAM ? 'Redis (SKIPPED: no redis-server on the PATH)' : 'Redis',
    missing: NO_REDIS_PROGRAM,
    start: () => startRedis({ durable: true }),
    location: async ({ url }) => ({ redisUrl: url, databaseUrl: '', prefix: freshName() }),
  },
  {
    name: 'Postgres',
    missing: false,
    start: startPostgres,
    async location({ url }) {
      const { url: databaseUrl } = await createDatabase(url);
      await migrateQueue(databaseUrl, 'weir');
      return { databaseUrl, prefix: 'weir' };
    },
  },
];

describe.each(kinds)('the queue writer on a $name', (kind) => {
  const it = kind.missing ? test.skip : test;
  let server: PrivateServer;
  let location: QueueLocation;
  let tested: QueueWriterInTest;
  let door: Door | undefined;

  beforeAll(async () => {
    if (!kind.missing) server = await kind.start();
  });
  afterAll(async () => {
    if (!kind.missing) await server.remove();
  });

  beforeEach(async () => {
    if (kind.missing) return;
    location = await kind.location(server);
    tested = new QueueWriterInTest(location);
    await tested.writer.connected();
    await tested.untilAllWork();
  });
  afterEach(async () => {
    if (kind.missing) return;
    server.resume();
    await tested.writer.close();
    await door?.shut();
    door = undefined;
  });

  /** In place of the one that there is. */
  async function openAnother(at = location): Promise<void> {
    await tested.writer.close();
    tested = new QueueWriterInTest(at);
  }

  it('that is stopped rejects soon, again and again, and is of use as soon as it is there again', async () => {
    await server.stop();
    for (let time = 0; time < 3; time += 1) await tested.expectAllToReject();
    await server.start();
    await tested.untilAllWork();
  });

  it('that hangs rejects soon, again and again, and is of use as soon as it does not', async () => {
    server.hang();
    for (let time = 0; time < 3; time += 1) await tested.expectAllToReject();
    server.resume();
    await tested.untilAllWork();
  });

  it('that hangs rejects all who ask at once', async () => {
    const { writer } = tested;
    const [begun, ended] = [openings(300), openings(300).map(completionOf)];
    server.hang();
    await Promise.all([...begun.map((one) => writer.register.open(one)), ...ended.map(writer.add)].map(expectToReject));
  });

  it('that was away does not get, later, what it was to have then', async () => {
    const { writer } = tested;
    const [kept, ...refused] = openings(20) as [Opening, ...Opening[]];
    await server.stop();
    for (const one of refused) await expectToReject(writer.add(completionOf(one)));
    for (const one of refused) await expectToReject(writer.register.open(one));
    await server.start();
    await tested.untilAllWork();
    await eventually(() => writer.add(completionOf(kept)));
    await openAnother();
    const ids = [...(await tested.open('gateway-1')), ...(await tested.queued())];
    expect(ids).toContain(kept.id);
    for (const { id } of refused) expect(ids).not.toContain(id);
  });

  it('that is away when the writer is opened is not waited for, and is of use as soon as it is there', async () => {
    await server.stop();
    await openAnother();
    await expectToResolveSoon(tested.writer.connected());
    await tested.expectAllToReject();
    await server.start();
    await tested.untilAllWork();
    expect(tested.timesForgotten).toBe(0);
  });

  it('that cannot be heard any more over a connection that stands is asked over another, and nothing twice', async () => {
    door = await openDoor(server.url);
    await openAnother(through(door, location));
    await tested.writer.connected();
    await tested.untilAllWork();
    door.hush();
    const [unheard, heard] = [completionOf(opening()), completionOf(opening())];
    await expectToReject(tested.writer.add(unheard));
    await tested.untilAllWork();
    await eventually(() => tested.writer.add(heard));
    await openAnother();
    const ids = await tested.queued();
    expect(ids).toContain(heard.id);
    expect(ids).not.toContain(unheard.id);
  });

  it('is shut when it is closed, though the server hangs', async () => {
    const { writer } = tested;
    server.hang();
    await tested.expectAllToReject();
    const closed = writer.close();
    server.resume();
    await closed;
    await tested.expectAllToReject();
    tested = new QueueWriterInTest(location);
  });
});

/** The same place, by way of the door. */
function through({ url }: Door, { redisUrl, databaseUrl, prefix }: QueueLocation): QueueLocation {
  if (redisUrl !== undefined) return { redisUrl: url, databaseUrl, prefix };
  const database = new URL(url);
  database.pathname = new URL(databaseUrl).pathname;
  return { databaseUrl: database.href, prefix };
}
