// A database URL → how pg connects to it, and what each new session is told first. Prisma's `?schema=` says where the
// tables are; pg knows nothing of it.
import pg from 'pg';

export interface Connection {
  readonly schema: string;
  readonly pool: pg.PoolConfig & { readonly onConnect: (client: pg.ClientBase) => Promise<unknown> };
}

// Short, because whoever waits for the ledger has ten seconds in all.
const CONNECT_TIMEOUT_MS = 3_000;

/** A statement timeout of 0 is none. */
export function connectionOf(databaseUrl: string, who: { name: string; statementTimeoutMs: number }): Connection {
  const schema = new URL(databaseUrl).searchParams.get('schema') || 'public';
  // adapter-pg writes a timestamp without its zone, and Postgres reads it in the session's: anywhere but in UTC, every
  // row would be hours off. All this is told to the session because poolers refuse what comes as a start-up option.
  const settings = `
    SET TIME ZONE 'UTC';
    SET search_path TO ${pg.escapeIdentifier(schema)};
    SET statement_timeout TO ${who.statementTimeoutMs}`;
  const pool = {
    connectionString: databaseUrl,
    application_name: who.name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    onConnect: (client: pg.ClientBase) => client.query(settings), // the pool waits for it
  };
  return { schema, pool };
}
