import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { applyMigrations } from '@weir/ledger/migrate';
import { createPrismaLedger } from '@weir/ledger/prisma-ledger';
import type pg from 'pg';
import { createDatabase, type Database, openSession, withParameter } from './ledger-database.ts';
import { missingSteps } from './ledger-diff.ts';
import { entry } from './ledger-entries.ts';

jest.setTimeout(20_000);

const MIGRATIONS = readdirSync(new URL('../../prisma/migrations', import.meta.url))
  .filter((name) => /^\d/.test(name))
  .sort();
const MIGRATE = fileURLToPath(new URL('../../infra/migrate/main.ts', import.meta.url));

let database: Database;
let session: pg.Client;

beforeEach(async () => {
  database = await createDatabase();
  session = await openSession(database.url);
});

afterEach(async () => {
  await session.end();
  await database.drop();
});

const rows = async (sql: string) => (await session.query(sql)).rows;
const recorded = () => rows('SELECT migration_name, finished_at IS NULL AS open FROM _prisma_migrations ORDER BY 1');
const ALL_DONE = MIGRATIONS.map((name) => ({ migration_name: name, open: 'f' }));

describe('migrating', () => {
  test('brings an empty database up to the schema, and leaves nothing to change', async () => {
    expect(await missingSteps(database.url)).toMatch(/CREATE TABLE "completions"/);
    expect(await applyMigrations(database.url)).toEqual(MIGRATIONS);
    expect(await missingSteps(database.url)).toBe('');
    expect(await recorded()).toEqual(ALL_DONE);
  });

  test('again does nothing', async () => {
    await applyMigrations(database.url);
    expect(await applyMigrations(database.url)).toEqual([]);
    expect(await recorded()).toEqual(ALL_DONE);
  });

  test('from three places at once happens once', async () => {
    const three = await Promise.all([1, 2, 3].map(() => applyMigrations(database.url)));
    expect(three.flat()).toEqual(MIGRATIONS);
    expect(await recorded()).toEqual(ALL_DONE);
  });

  test('that failed says why in a line, leaves nothing half done, and works once its cause is gone', async () => {
    await session.query('CREATE TYPE completion_usage_source AS ENUM ()');
    const failing = applyMigrations(database.url);
    await expect(failing).rejects.toThrow(/^[^\n]*type "completion_usage_source" already exists[^\n]*$/);
    expect(await rows(`SELECT to_regtype('completion_status') AS made_before`)).toEqual([{ made_before: null }]);
    await session.query('DROP TYPE completion_usage_source');
    expect(await applyMigrations(database.url)).toEqual(MIGRATIONS);
    expect(await missingSteps(database.url)).toBe('');
  });

  test('keeps the rows of an older version, and writes none of them anew', async () => {
    await applyMigrations(database.url);
    const ledger = createPrismaLedger(database.url);
    await ledger.post([entry()]);
    await ledger.close();
    await session.query('DROP VIEW unpriced_models');
    await session.query('ALTER TABLE completions DROP COLUMN units, DROP COLUMN service_tier, DROP COLUMN cost_source');
    await session.query('DROP TYPE completion_cost_source');
    const undone = MIGRATIONS.filter((name) => /_(units_and_cost_source|unpriced_models)$/.test(name));
    await session.query('DELETE FROM _prisma_migrations WHERE migration_name = ANY ($1)', [undone]);
    const place = `SELECT pg_relation_filenode('completions')`;
    const before = await rows(place);
    expect(await applyMigrations(database.url)).toEqual(undone);
    expect(await rows(place)).toEqual(before);
    const { cost, model } = entry();
    expect(await rows('SELECT cost, model, cost_source FROM completions')).toEqual([
      { cost, model, cost_source: null },
    ]);
  });

  test('does not touch what is not its own', async () => {
    await session.query('CREATE TABLE somebody_elses (id int)');
    await expect(applyMigrations(database.url)).rejects.toThrow('The database schema is not empty');
    expect(await applyMigrations(withParameter(database.url, 'schema', 'weir'))).toEqual(MIGRATIONS);
  });
});

describe('the table', () => {
  test('has the columns of the contract', async () => {
    await applyMigrations(database.url);
    const columns = await rows(`SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS needed
      FROM pg_attribute WHERE attrelid = 'completions'::regclass AND attnum > 0`);
    const declared = columns.map(({ name, type, needed }) => `${name} ${type}${needed === 't' ? '' : ' null'}`);
    expect(declared.sort()).toEqual(
      [
        'id uuid',
        'started_at timestamp(3) with time zone',
        'finished_at timestamp(3) with time zone',
        ...['gateway', 'endpoint', 'dialect', 'upstream', 'model_requested'].map((name) => `${name} text`),
        ...['streamed', 'terminal_seen', 'drained'].map((name) => `${name} boolean`),
        ...['model', 'upstream_id', 'caller_request_id', 'reason', 'detail'].map((name) => `${name} text null`),
        ...['finish_reason', 'key', 'user', 'chat_id', 'message_id'].map((name) => `${name} text null`),
        'status completion_status',
        'usage_source completion_usage_source',
        ...['input', 'cached_input', 'cache_write', 'output'].map((kind) => `${kind}_tokens integer`),
        ...['reasoning', 'total'].map((kind) => `${kind}_tokens integer`),
        ...['http_status', 'duration_ms', 'frames', 'frames_delivered'].map((name) => `${name} integer`),
        ...['upstream_status', 'ttft_ms', 'headers_ms', 'client_ms'].map((name) => `${name} integer null`),
        ...['bytes', 'bytes_delivered'].map((name) => `${name} bigint`),
        ...['usage', 'units', 'price', 'tags'].map((name) => `${name} jsonb null`),
        'cost numeric(20,12) null',
        'cost_source completion_cost_source null',
        ...['unpriced', 'service_tier'].map((name) => `${name} text null`),
      ].sort(),
    );
  });

  test('has the indexes that its readers need', async () => {
    await applyMigrations(database.url);
    const indexes = await rows(`SELECT indexdef FROM pg_indexes WHERE tablename = 'completions' ORDER BY 1`);
    expect(indexes.map(({ indexdef }) => /USING btree \((.*)\)/.exec(indexdef)?.[1]).sort()).toEqual(
      ['id', 'started_at', 'status, started_at', 'model, started_at', 'key, started_at', 'chat_id'].sort(),
    );
  });
});

describe('npm run migrate', () => {
  interface Ended {
    readonly code: number;
    readonly out: string;
    readonly err: string;
  }

  const migrate = (url: string, ...flags: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const env = { ...process.env, DATABASE_URL: url, NODE_OPTIONS: '' };
      execFile(process.execPath, [MIGRATE, ...flags], { env }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      });
    });

  const upToDate = (prefix: string) => new RegExp(`^queue: up to date, schema ${prefix} is at version \\d+$`, 'm');

  test('from two places at once applies each migration once, and both succeed', async () => {
    const two = await Promise.all([migrate(database.url), migrate(database.url)]);
    expect(two.map(({ code, err }) => ({ code, err }))).toEqual([0, 0].map((code) => ({ code, err: '' })));
    const said = two.map(({ out }) => out).sort();
    for (const name of MIGRATIONS) expect(said[0]).toContain(`ledger: applied ${name}\n`);
    expect(said[1]).toMatch(/^ledger: up to date$/m);
    for (const out of said) expect(out).toMatch(upToDate('weir'));
    for (const out of said) expect(out).toMatch(/^register: up to date, in schema weir$/m);
    const made = ['job', 'openings', 'gateways', 'counts'].map(
      (table) => `to_regclass('weir.${table}') IS NOT NULL AS ${table}`,
    );
    expect(await rows(`SELECT ${made}`)).toEqual([{ job: 't', openings: 't', gateways: 't', counts: 't' }]);
  });

  test('makes the queue in the schema that QUEUE_PREFIX names', async () => {
    const { code, out } = await migrate(database.url, '--queue-prefix', 'other');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(upToDate('other')) });
  });

  test.each([
    [
      'does not exist',
      () => database.url.replace(database.name, 'weir_ledger_test_nowhere'),
      /"weir_ledger_test_nowhere" does not exist/,
    ],
    ['cannot be reached', () => 'postgresql://me:secret@127.0.0.1:1/weir', /ECONNREFUSED 127\.0\.0\.1:1/],
  ])('says in one line that the database %s, and ends with 1', async (_, url, why) => {
    const { code, out, err } = await migrate(url());
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^migrate: [^\n]+\n$/);
    expect(err).toMatch(why);
    expect(err).not.toContain('secret');
  });

  test.each([
    ['DATABASE_URL', 'mysql://127.0.0.1/weir', []],
    ['QUEUE_PREFIX', 'postgresql://127.0.0.1:1/weir', ['--queue-prefix', 'weir:prod']],
    ['--colour', 'postgresql://127.0.0.1:1/weir', ['--colour']],
  ])('ends with 2 when %s is wrong', async (name, url, flags) => {
    const { code, err } = await migrate(url, ...flags);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(name) });
  });

  test('tells what it takes with --help', async () => {
    const { code, out } = await migrate(database.url, '--help');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('DATABASE_URL') });
  });
});
