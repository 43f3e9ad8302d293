// All of it or nothing, on one connection of the pool.
import type pg from 'pg';

/** What failed is not rolled back by a further query, which may hang as well: its connection is closed, and the server does. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  client.on('error', ignore); // the query that runs then fails, too
  let isDone = false;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    isDone = true;
    return result;
  } finally {
    client.off('error', ignore);
    client.release(!isDone);
  }
}

const ignore = (): void => undefined;
