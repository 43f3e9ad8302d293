// The servers that suites run on, as test/runner/run.ts found them, and what a suite makes on them for itself and removes.
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';

/** Where databases may be created; undefined when there is no Postgres. */
export const postgresServer = (): string | undefined =>
  found('WEIR_TEST_DATABASE_URL', 'postgresql://postgres@127.0.0.1:5432/postgres');

/** Undefined when there is no Redis: suites on it are skipped. */
export const redisServer = (): string | undefined => found('WEIR_TEST_REDIS_URL', 'redis://127.0.0.1:6379');

/** Tells this run's databases, keys and schemas from those of another run on the same servers. */
export const freshName = (): string =>
  ['weir_test', process.env['WEIR_TEST_RUN'], randomBytes(6).toString('hex')].filter(Boolean).join('_');

export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = freshName();
  await query(`CREATE DATABASE ${name}`);
  const url = new URL(postgresServer() ?? '');
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => query(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** A prefix of one's own for keys on Redis. */
export function redisPrefix(): { prefix: string; clean(): Promise<void> } {
  const prefix = freshName();
  return { prefix, clean: () => removeKeys(prefix) };
}

function found(env: string, usual: string): string | undefined {
  const url = process.env[env] ?? usual;
  return url === 'none' ? undefined : url;
}

async function query(sql: string): Promise<void> {
  const server = new pg.Client({ connectionString: postgresServer() });
  await server.connect();
  await server.query(sql).finally(() => server.end());
}

async function removeKeys(prefix: string): Promise<void> {
  const url = redisServer();
  if (url === undefined) return;
  const redis = new Redis(url);
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
    if (keys.length > 0) await redis.unlink(keys);
  }
  await redis.quit();
}
