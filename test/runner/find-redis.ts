// Finds a Redis: the one that is named, the usual one, or `redis-server` from the PATH.
import { Redis } from 'ioredis';
import { startRedis } from '../support/private-redis.ts';
import { type Found, missing, NONE, type Search } from './servers.ts';

const USUAL = '127.0.0.1:6379';

export async function findRedis({ own, directory }: Search): Promise<Found> {
  const name = process.env['WEIR_TEST_REDIS_URL'] ? 'WEIR_TEST_REDIS_URL' : 'REDIS_URL';
  const named = process.env[name];
  if (named === NONE) return missing(`${name} says so`);
  if (own) return (await bring(directory)) ?? missing('no redis-server on the PATH');
  if (named) return await demand(name, named);
  return (await usual()) ?? (await bring(directory)) ?? missing(`none at ${USUAL}, and no redis-server on the PATH`);
}

async function demand(name: string, url: string): Promise<Found> {
  const refusal = await refusalOf(url);
  if (refusal !== undefined) throw new Error(`${name} is of no use here: ${refusal}`);
  return { url, told: `${new URL(url).host}, from ${name}`, stop: async () => undefined };
}

async function usual(): Promise<Found | undefined> {
  const url = `redis://${USUAL}`;
  return (await refusalOf(url)) === undefined ? { url, told: USUAL, stop: async () => undefined } : undefined;
}

async function refusalOf(url: string): Promise<string | undefined> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 3000 });
  let refusal: string | undefined;
  redis.on('error', (error: NodeJS.ErrnoException) => {
    refusal = error.code ?? error.message;
  });
  try {
    await redis.connect();
    await redis.ping();
    return undefined;
  } catch (error) {
    return refusal ?? (error as Error).message; // the first says why, the second only that it did not work
  } finally {
    redis.disconnect();
  }
}

async function bring(directory: string): Promise<Found | undefined> {
  try {
    const { url, remove } = await startRedis({ detached: true, under: directory });
    return { url, told: `${new URL(url).host}, redis-server for this run`, stop: remove };
  } catch {
    return undefined;
  }
}
