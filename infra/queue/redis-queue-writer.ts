// The queue writer on Redis: one connection for the queue and the register, so that what is written is done in this order, and
// fails together.
import { setTimeout as pause } from 'node:timers/promises';
import type { Completion } from '@weir/ledger/completion';
import type { Redis } from 'ioredis';
import { gathered } from '../batcher/gathered.ts';
import { BeatCheck, checkedBeat } from '../register/beat-check.ts';
import { createRedisRegister } from '../register/redis-register.ts';
import { withTimeout } from '../time/with-timeout.ts';
import type { QueueLocation } from './connection.ts';
import { GatheringRedis } from './gathering-redis.ts';
import { jobIdOf } from './job-id.ts';
import { type CompletionQueue, openQueue } from './queue.ts';
import { queueLate } from './queue-late.ts';
import type { QueueWriter, QueueWriterOptions } from './queue-writer.ts';

// A connection whose other end is gone without a word; the heartbeat makes it speak every second.
const DEAD_MS = 5000;

export function openRedisQueueWriter(
  location: QueueLocation & { readonly redisUrl: string },
  options: QueueWriterOptions,
): QueueWriter {
  const redis = connect(location.redisUrl, options);
  const queue = queueOver(redis, location, options);
  const check = new BeatCheck({ isInOrder: true }); // over one connection they are
  const first = new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  let connections = 0;
  redis.on('ready', () => {
    connections += 1;
    check.reset();
    if (connections > 1) options.onForgotten();
  });
  const soon = <T>(answer: Promise<T>) => withTimeout(answer, options.timeoutMs, queueLate);
  // Not as one bulk: ioredis sends a script's whole text anew with each pipeline.
  const add = gathered<Completion>((completions) => {
    const added = completions.map((data) => queue().add('completion', data, { jobId: jobIdOf(data) }));
    return soon(Promise.all(added)).then(() => {});
  });
  const register = createRedisRegister(redis, { prefix: location.prefix, soon });
  return {
    register: { ...register, beat: checkedBeat(register.beat, { check, onForgotten: options.onForgotten }) },
    connected: () => Promise.race([first, pause(options.timeoutMs, undefined, { ref: false })]),
    add,
    close: async () => redis.disconnect(),
  };
}

/** Nothing waits for a better day here: a command that cannot be sent, or whose connection breaks, is rejected. */
function connect(url: string, { onError }: QueueWriterOptions): Redis {
  const redis = new GatheringRedis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
    socketTimeout: DEAD_MS,
    connectTimeout: DEAD_MS,
    // One that was demoted keeps its connections: behind a new one there may be the new primary.
    reconnectOnError: ({ message }) => message.includes('READONLY'),
    retryStrategy: (attempts) => Math.min(attempts * 100, 1000),
  });
  return redis.on('error', onError);
}

/** BullMQ's queue must find a connection that stands, or it never works: it is made when it is first needed. */
function queueOver(
  redis: Redis,
  location: QueueLocation,
  { onError, timeoutMs }: QueueWriterOptions,
): () => CompletionQueue {
  let queue: CompletionQueue | undefined;
  return () => {
    if (redis.status !== 'ready') throw new Error('Redis is not connected');
    if (queue === undefined) {
      const fresh = openQueue(location, { onError, redis });
      queue = fresh;
      // It asks one question first, and would wait for ever for an answer that went down with its connection.
      withTimeout(fresh.waitUntilReady(), timeoutMs, queueLate).catch(() => {
        if (queue === fresh) queue = undefined;
      });
    }
    return queue;
  };
}
