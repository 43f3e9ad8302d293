// A fresh home for a queue on each of the servers that there are, which goes when it is left.
import { migrateQueue } from '@weir/infra/migrate';
import type { QueueLocation } from '@weir/infra/queue';
import pg from 'pg';
import { freshName, postgresServer, redisPrefix, redisServer } from './services.ts';

export interface Home {
  readonly location: QueueLocation;
  leave(): Promise<void>;
}

export const NO_REDIS = redisServer() === undefined;
export const NO_DATABASE = postgresServer() === undefined;

if (NO_REDIS) process.stderr.write('SKIPPED: what needs a Redis server\n');
if (NO_DATABASE) process.stderr.write('SKIPPED: what needs a Postgres server\n');

/** Skipped tests say in their names what they miss. */
export const named = (name: string, missing: boolean) => (missing ? `${name} (SKIPPED: no such server here)` : name);

export const servers = [
  { name: named('Redis', NO_REDIS), missing: NO_REDIS, open: async () => openOnRedis('') },
  { name: named('Postgres', NO_DATABASE), missing: NO_DATABASE, open: openOnPostgres },
];

/** The database is where the ledger is: the queue does not look at it. */
export function openOnRedis(databaseUrl: string): Home {
  const { prefix, clean } = redisPrefix();
  return { location: { redisUrl: redisServer(), databaseUrl, prefix }, leave: clean };
}

async function openOnPostgres(): Promise<Home> {
  const { url: databaseUrl, drop } = await createDatabase();
  await migrateQueue(databaseUrl, 'weir');
  return { location: { databaseUrl, prefix: 'weir' }, leave: drop };
}

export async function createDatabase(server = postgresServer() ?? ''): Promise<{ url: string; drop(): Promise<void> }> {
  const name = freshName();
  await query(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => query(server, `DROP DATABASE ${name} WITH (FORCE)`).then(() => {}) };
}

export async function query(databaseUrl: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
