// What there is on the servers that the suites run on, by name, and how to be rid of it.
import { Redis } from 'ioredis';
import pg from 'pg';
import { NONE } from './servers.ts';

export interface Servers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

export const databasesAt = async (servers: Servers): Promise<string[]> =>
  (await query(servers, 'SELECT datname AS name FROM pg_database')).map(({ name }) => name);

export async function dropDatabases(servers: Servers, names: readonly string[]): Promise<void> {
  for (const name of names) await query(servers, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** Of the tests; a scan may tell of a key twice. */
export async function keysAt({ redisUrl }: Servers): Promise<string[]> {
  if (redisUrl === NONE) return [];
  const redis = new Redis(redisUrl);
  const keys = new Set<string>();
  for await (const some of redis.scanStream({ match: 'weir_*', count: 1000 })) for (const key of some) keys.add(key);
  await redis.quit();
  return [...keys];
}

export async function removeKeys({ redisUrl }: Servers, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  const redis = new Redis(redisUrl);
  await redis.unlink(keys);
  await redis.quit();
}

async function query({ databaseUrl }: Servers, sql: string): Promise<{ name: string }[]> {
  if (databaseUrl === NONE) return [];
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(sql).finally(() => client.end());
  return rows;
}
