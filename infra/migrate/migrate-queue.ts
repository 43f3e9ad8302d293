// A schema → the queue's tables in it, as BullMQ has them, and the register's beside them.
import { runMigrations } from 'bullmq';
import pg from 'pg';
import { createRegisterTables } from '../register/register-tables.ts';

const CONNECT_TIMEOUT_MS = 3_000;

/** Resolves with the version that BullMQ gives its tables. */
export async function migrateQueue(databaseUrl: string, schema: string): Promise<number> {
  // A session of its own: BullMQ holds a lock and a transaction there.
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'weir migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined); // a lost session: its next query fails, and says why
  try {
    await client.connect();
    const version = await runMigrations(client, schema);
    await createRegisterTables(client, schema);
    return version;
  } finally {
    await client.end();
  }
}
