// Opens the register where the queue is: on Redis where there is one, else in Postgres.
import { Redis } from 'ioredis';
import type { QueueLocation } from '../queue/connection.ts';
import { createPostgresRegister } from './postgres-register.ts';
import { createRedisRegister } from './redis-register.ts';
import type { Register } from './register.ts';

interface RegisterOptions {
  /** A connection that stands already, and stays its owner's. */
  readonly redis?: Redis;
  /** Each call is answered, or rejects, within this time. */
  readonly timeoutMs: number;
}

export function openRegister(location: QueueLocation, { redis, timeoutMs }: RegisterOptions): Register {
  const { redisUrl, databaseUrl, prefix } = location;
  if (redisUrl === undefined) return createPostgresRegister({ databaseUrl, schema: prefix, timeoutMs });
  if (redis !== undefined) return createRedisRegister(redis, { prefix });
  const own = connect(redisUrl, timeoutMs);
  return { ...createRedisRegister(own, { prefix }), close: async () => own.disconnect() };
}

/** A call may wait for the connection, but no longer than for an answer; the connection tries for as long as it takes. */
function connect(redisUrl: string, timeoutMs: number): Redis {
  const redis = new Redis(redisUrl, {
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 1, // else calls that were given up long ago would pile up, and be sent in the end
    retryStrategy: (attempts) => Math.min(attempts * 100, 2000),
  });
  return redis.on('error', () => {}); // what a call meets, it rejects with
}
