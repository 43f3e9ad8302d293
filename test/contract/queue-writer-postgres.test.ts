import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { migrateQueue } from '@weir/infra/migrate';
import pg from 'pg';
import { type PrivatePostgres, startPostgres } from '../support/private-postgres.ts';
import { createDatabase, query } from '../support/queue-servers.ts';
import { expectToReject, QueueWriterInTest, until } from './queue-writer-harness.ts';

jest.setTimeout(60_000);

const WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

describe('the queue writer on a Postgres', () => {
  let postgres: PrivatePostgres;
  let databaseUrl: string;
  let tested: QueueWriterInTest;

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());
  beforeEach(async () => {
    ({ url: databaseUrl } = await createDatabase(postgres.url));
    tested = new QueueWriterInTest({ databaseUrl, prefix: 'weir' });
  });
  afterEach(() => tested.writer.close());

  test('that is not migrated says so, and works once it is', async () => {
    await tested.expectAllToReject();
    await migrateQueue(databaseUrl, 'weir');
    await tested.untilAllWork();
    expect(tested.timesForgotten).toBe(0);
  });

  test('that is locked is not left with statements that nobody waits for', async () => {
    await migrateQueue(databaseUrl, 'weir');
    await tested.untilAllWork();
    const holder = new pg.Client({ connectionString: databaseUrl });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE weir.job');
      for (let time = 0; time < 3; time += 1) await expectToReject(tested.verbs.add());
      await until(async () => (await query(databaseUrl, WAITING)).length === 0);
    } finally {
      await holder.end();
    }
    await tested.untilAllWork();
  });

  test('that has gone back to an older state says with the next beat that what it was told may be forgotten', async () => {
    await migrateQueue(databaseUrl, 'weir');
    for (let time = 0; time < 3; time += 1) await tested.verbs.beat();
    await query(databaseUrl, 'UPDATE weir.gateways SET beats = 1'); // as a replica that took over too late
    expect(tested.timesForgotten).toBe(0);
    await tested.verbs.beat();
    expect(tested.timesForgotten).toBe(1);
    await tested.verbs.beat();
    expect(tested.timesForgotten).toBe(1);
  });

  test('that cuts every connection is used again', async () => {
    await migrateQueue(databaseUrl, 'weir');
    await tested.untilAllWork();
    for (let time = 0; time < 3; time += 1) {
      await postgres.dropConnections();
      await tested.untilAllWork();
    }
    expect(tested.timesForgotten).toBe(0);
  });
});
