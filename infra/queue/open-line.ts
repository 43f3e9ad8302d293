// Opens the line where the queue is: on Redis where there is one, else in Postgres.
import type { QueueLocation } from './connection.ts';
import type { Line, LineOptions } from './line.ts';
import { openPostgresLine } from './postgres-line.ts';
import { openRedisLine } from './redis-line.ts';

export type { Line } from './line.ts';

export function openLine(location: QueueLocation, options: LineOptions): Line {
  const { redisUrl } = location;
  return redisUrl === undefined
    ? openPostgresLine(location, options)
    : openRedisLine({ ...location, redisUrl }, options);
}
