// Databases of the tests' own, made on a server that is there and dropped afterwards.
import { randomBytes } from 'node:crypto';
import pg from 'pg';

const SERVER =
  process.env['WEIR_TEST_DATABASE_URL'] ??
  process.env['DATABASE_URL'] ??
  'postgresql://postgres@127.0.0.1:5432/postgres';

export interface Database {
  readonly name: string;
  readonly url: string;
  drop(): Promise<void>;
}

/** Its sessions are not in UTC, unless they ask to be: whoever forgets to is hours off, and a test sees it. */
export async function createDatabase(): Promise<Database> {
  const name = `weir_ledger_test_${randomBytes(6).toString('hex')}`;
  await onServer((server) => server.query(`CREATE DATABASE ${name}`));
  await onServer((server) => server.query(`ALTER DATABASE ${name} SET timezone TO 'America/New_York'`));
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  const drop = () => onServer((server) => server.query(`DROP DATABASE ${name} WITH (FORCE)`));
  return { name, url: url.href, drop: async () => void (await drop()) };
}

export function withParameter(url: string, name: string, value: string): string {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed.href;
}

/** A session that tells values as Postgres writes them: every column is a string or null. */
export async function openSession(url: string): Promise<pg.Client> {
  const asWritten = (value: string | Buffer) => String(value);
  const client = new pg.Client({ connectionString: url, types: { getTypeParser: () => asWritten } });
  client.on('error', () => undefined);
  await client.connect();
  await client.query("SET TIME ZONE 'UTC'");
  return client;
}

async function onServer<T>(use: (server: pg.Client) => Promise<T>): Promise<T> {
  const server = new pg.Client({ connectionString: SERVER, connectionTimeoutMillis: 5_000 });
  try {
    await server.connect();
  } catch (cause) {
    throw new Error('these tests need a Postgres server: name one in WEIR_TEST_DATABASE_URL', { cause });
  }
  return await use(server).finally(() => server.end());
}
