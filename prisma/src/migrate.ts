// Brings a database up to schema.prisma: applies what is new in migrations/, and records it as the Prisma CLI does.
// Whoever comes while another is at it waits, and then finds nothing left to do.
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { MigrationDirectory, MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { connectionOf } from './connection.ts';
import { type SchemaEngine, withSchemaEngine } from './schema-engine.ts';

const NAME = 'weir migrate';
const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

/** The names of the migrations applied now: none when the database is up to date. */
export async function applyMigrations(databaseUrl: string): Promise<string[]> {
  const connection = connectionOf(databaseUrl, { name: NAME, statementTimeoutMs: 0 });
  const guard = new pg.Client(connection.pool);
  guard.on('error', () => undefined); // a lost session: its next query fails, and says why
  try {
    await guard.connect();
    await connection.pool.onConnect(guard);
    // The engine has a lock of its own, but loses it with its session, and waits for it ten seconds only.
    await guard.query('SELECT pg_advisory_lock(hashtext($1))', [NAME]);
    await createSchema(guard, connection.schema);
    return await withSchemaEngine(connection, applyNew);
  } finally {
    await guard.end();
  }
}

async function createSchema(client: pg.Client, schema: string): Promise<void> {
  // IF NOT EXISTS would ask for the right to create schemas even where there is nothing to create.
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rowCount === 0) await client.query(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
}

async function applyNew(engine: SchemaEngine): Promise<string[]> {
  const filters = { externalTables: [], externalEnums: [] };
  const migrationsList = await readMigrations();
  try {
    const diagnosis = { migrationsList, optInToShadowDatabase: false, filters };
    const { failedMigrationNames } = await engine.diagnoseMigrationHistory(diagnosis);
    // Each migration is one transaction and we hold the lock: one that did not end has left nothing, and may run again.
    for (const migrationName of failedMigrationNames) await engine.markMigrationRolledBack({ migrationName });
    return (await engine.applyMigrations({ migrationsList, filters })).appliedMigrationNames;
  } catch (error) {
    throw new Error(withoutTrace(error), { cause: error });
  }
}

async function readMigrations(): Promise<MigrationList> {
  const entries = await readdir(MIGRATIONS, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir: MIGRATIONS,
    lockfile: { path: 'migration_lock.toml', content: await readFile(`${MIGRATIONS}/migration_lock.toml`, 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.sort().map(readMigration)),
  };
}

async function readMigration(name: string): Promise<MigrationDirectory> {
  const value = await readFile(`${MIGRATIONS}/${name}/migration.sql`, 'utf8');
  return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value } } };
}

/** The engine's messages end in a trace of its own: "   0: sql_schema_connector::…". */
function withoutTrace(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split(/\n\s+0: /)[0] ?? '').trim().replaceAll('\n', ' ');
}
