// A connection to Redis that stands, or an error that says why not: it is tried once, and never again.
import { Redis } from 'ioredis';

export async function connectRedis(url: string, timeoutMs: number): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let trouble: Error | undefined;
  redis.on('error', (error: Error) => {
    trouble ??= error; // the first says why; what a call meets says only that it did not work
  });
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw trouble ?? error;
  }
}
