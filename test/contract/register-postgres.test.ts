import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { migrateQueue } from '@weir/infra/migrate';
import type { Register } from '@weir/infra/register';
import { openRegister } from '@weir/infra/register/open';
import pg from 'pg';
import { type PrivatePostgres, startPostgres } from '../support/private-postgres.ts';
import { createDatabase, query } from '../support/queue-servers.ts';
import { ALL, opening, openings } from '../support/register-openings.ts';
import { openDoor } from './door.ts';

jest.setTimeout(30_000);

const PATIENCE_MS = 1500;
const WAITING = `
  SELECT pid FROM pg_stat_activity WHERE application_name = 'weir register' AND wait_event_type = 'Lock'
  AND datname = current_database()`;

describe('the register on a Postgres', () => {
  let postgres: PrivatePostgres;
  let databaseUrl: string;
  let register: Register;

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());

  beforeEach(async () => {
    ({ url: databaseUrl } = await createDatabase(postgres.url));
    register = openRegister({ databaseUrl, prefix: 'weir' }, { timeoutMs: PATIENCE_MS });
  });
  afterEach(async () => {
    postgres.resume();
    await register.close();
  });

  test('that is not migrated says what to do, and works once it is', async () => {
    const calls = [
      () => register.open(opening()),
      () => register.retire('gateway-1', randomUUID()),
      () => register.beat('gateway-1'),
      () => register.gateways(),
      () => register.openingsOf('gateway-1', 1),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow('run `npm run migrate`');
    await migrateQueue(databaseUrl, 'weir');
    for (const call of calls) await call();
  });

  test('that was migrated twice keeps what it held', async () => {
    await Promise.all([migrateQueue(databaseUrl, 'weir'), migrateQueue(databaseUrl, 'weir')]);
    const one = opening();
    await register.open(one);
    await migrateQueue(databaseUrl, 'weir');
    expect(await register.openingsOf('gateway-1', ALL)).toEqual([one]);
  });

  test('that hangs rejects every call within its patience, and works again when it does not', async () => {
    await migrateQueue(databaseUrl, 'weir');
    const before = opening();
    await register.open(before);
    await Promise.all([register.open(before), register.beat('gateway-1'), register.gateways()]); // connections that stand
    postgres.hang();

    // What comes while a statement is under way waits for its end, and then for its own.
    const calls = [expectInTime(register.open(opening()))];
    await pause(PATIENCE_MS / 2);
    calls.push(...openings(20).map((one) => expectInTime(register.open(one))));
    calls.push(expectInTime(register.retire('gateway-1', randomUUID())), expectInTime(register.beat('gateway-1')));
    await Promise.all(calls);
    await Promise.all([register.open(opening()), register.beat('gateway-1')].map(expectInTime));

    postgres.resume();
    const after = opening();
    await until(() => succeeds(register.open(after)));
    await register.beat('gateway-1');
    expect(await register.openingsOf('gateway-1', ALL)).toEqual(expect.arrayContaining([before, after]));
  });

  test('that is locked is not left with statements that nobody waits for', async () => {
    await migrateQueue(databaseUrl, 'weir');
    await register.open(opening());
    const holder = new pg.Client({ connectionString: databaseUrl });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE weir.openings');
    await expect(register.open(opening())).rejects.toThrow();
    await until(async () => (await query(databaseUrl, WAITING)).length === 0);
    await holder.query('ROLLBACK');
    await holder.end();
    await register.open(opening());
    expect(await register.openingsOf('gateway-1', ALL)).toHaveLength(2);
  });

  test('that cannot be heard any more over the connections that stand is asked over others', async () => {
    await migrateQueue(databaseUrl, 'weir');
    const door = await openDoor(databaseUrl);
    const behind = openRegister({ databaseUrl: door.url, prefix: 'weir' }, { timeoutMs: PATIENCE_MS });
    await Promise.all([behind.open(opening()), behind.beat('gateway-1'), behind.gateways(), behind.leave('nobody')]);
    door.hush();
    await expect(behind.open(opening())).rejects.toThrow();
    await until(() => succeeds(behind.open(opening())));
    await behind.close();
    await door.shut();
  });

  test('that drops its connections, or restarts, is used again', async () => {
    await migrateQueue(databaseUrl, 'weir');
    await register.open(opening());
    await postgres.dropConnections();
    await until(() => succeeds(register.beat('gateway-1')));
    await postgres.stop();
    await expect(register.open(opening())).rejects.toThrow();
    await postgres.start();
    await until(() => succeeds(register.open(opening())));
    expect(await register.openingsOf('gateway-1', ALL)).toHaveLength(2);
  });

  const succeeds = (call: Promise<unknown>) =>
    call.then(
      () => true,
      () => false,
    );

  async function until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds()));
  }

  /** Both clocks are this process's: where it is short of time, they are late together. */
  async function expectInTime(call: Promise<unknown>): Promise<void> {
    const tooLate = pause(1.25 * PATIENCE_MS, 'too late');
    await expect(Promise.race([call, tooLate])).rejects.toThrow();
  }
});
