// Opens the queue writer where the queue is: on Redis where there is one, else in Postgres.
import type { QueueLocation } from './connection.ts';
import { openPostgresQueueWriter } from './postgres-queue-writer.ts';
import type { QueueWriter, QueueWriterOptions } from './queue-writer.ts';
import { openRedisQueueWriter } from './redis-queue-writer.ts';

export type { QueueWriter } from './queue-writer.ts';

export function openQueueWriter(location: QueueLocation, options: QueueWriterOptions): QueueWriter {
  const { redisUrl } = location;
  return redisUrl === undefined
    ? openPostgresQueueWriter(location, options)
    : openRedisQueueWriter({ ...location, redisUrl }, options);
}
