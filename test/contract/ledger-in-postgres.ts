// The ledger in a Postgres database of its own, migrated, with a session on it that looks past the ledger.
import type { Ledger } from '@weir/ledger/ledger';
import { applyMigrations } from '@weir/ledger/migrate';
import { createPrismaLedger } from '@weir/ledger/prisma-ledger';
import type pg from 'pg';
import { createDatabase, openSession } from './ledger-database.ts';

export interface PostgresLedger {
  readonly ledger: Ledger;
  readonly session: pg.Client;
  readonly url: string;
  close(): Promise<void>;
}

export async function openPostgresLedger(): Promise<PostgresLedger> {
  const database = await createDatabase();
  await applyMigrations(database.url);
  const ledger = createPrismaLedger(database.url);
  const session = await openSession(database.url);
  const close = async () => {
    await Promise.all([ledger.close(), session.end()]);
    await database.drop();
  };
  return { ledger, session, url: database.url, close };
}

/** Resolves when the ledger's statement waits for a lock; ends its connection, if told to. */
export async function whenLedgerWaits(session: pg.Client, then: 'leave it' | 'cut it' = 'leave it'): Promise<void> {
  const what = then === 'cut it' ? 'pg_terminate_backend(pid)' : 'pid';
  const waiting = `SELECT ${what} FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'weir ledger' AND wait_event_type = 'Lock'`;
  while ((await session.query(waiting)).rowCount === 0);
}
