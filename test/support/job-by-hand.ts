// A job that nobody's BullMQ wrote: whoever can write to Redis can put anything there.
import type { CompletionQueue } from '@weir/infra/queue';
import { Redis } from 'ioredis';

export async function putByHand(
  queue: CompletionQueue,
  redisUrl: string,
  job: Record<string, string> & { id: string },
) {
  const { id, ...fields } = job;
  const redis = new Redis(redisUrl);
  await redis.hset(queue.toKey(id), fields);
  await redis.lpush(queue.toKey('wait'), id);
  await redis.zadd(queue.toKey('marker'), 0, '0'); // wakes a worker
  await redis.quit();
}
