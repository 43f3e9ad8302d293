// Postgres for whoever cannot wait: a statement is answered in time, or rejects. What hangs is given up, connection and
// all, so that the next statement finds another.
import pg from 'pg';
import { withTimeout } from '../time/with-timeout.ts';

// One for each kind of statement that may be under way at once, and one to spare.
const MOST_CONNECTIONS = 4;

export interface PostgresWithDeadline {
  /** Rejects when there is no answer by `until`, which is in the milliseconds of performance.now(). */
  ask(text: string, values: readonly unknown[], until?: number): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

interface DeadlineOptions {
  readonly databaseUrl: string;
  /** What Postgres calls it. */
  readonly name: string;
  readonly timeoutMs: number;
}

export function createPostgresWithDeadline({ databaseUrl, name, timeoutMs }: DeadlineOptions): PostgresWithDeadline {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: name,
    max: MOST_CONNECTIONS,
    keepAlive: true,
    connectionTimeoutMillis: timeoutMs,
    // The pool closes a connection whose statement met this: its answer may come yet, and is nobody's.
    query_timeout: timeoutMs,
    // A statement that was given up must not wait on in the server for a lock: each would keep a connection there. It is
    // told to the session because poolers refuse what comes as a start-up option.
    onConnect: (client: pg.ClientBase) => client.query(`SET statement_timeout TO ${timeoutMs}`),
  });
  pool.on('error', () => {}); // of a connection that nobody uses; without a listener it would end the process

  return {
    async ask(text, values, until = performance.now() + timeoutMs) {
      const leftMs = until - performance.now();
      if (leftMs <= 0) throw late(timeoutMs);
      // Waiting for a connection, making it and asking over it may each take the pool its patience: this is for all three.
      const { rows } = await withTimeout(pool.query(text, [...values]), leftMs, () => late(timeoutMs));
      return rows;
    },
    close: () => pool.end(),
  };
}

const late = (timeoutMs: number) => new Error(`Postgres did not answer within ${timeoutMs} ms`);
