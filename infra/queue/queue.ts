// The producer's side of the queue: completions go in here, and dead letters are looked at from here.
import type { Completion } from '@weir/ledger/completion';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { backendOf, QUEUE_NAME, type QueueLocation } from './connection.ts';
import { SoundJob } from './sound-job.ts';

export type { QueueLocation } from './connection.ts';
export { NOT_JSON } from './sound-job.ts';
export type CompletionQueue = Queue<Completion>;

interface QueueOptions {
  /** Hears of the connection's own troubles; what a call meets, it rejects with. */
  readonly onError?: (error: Error) => void;
  /** A connection that stands already, and stays its owner's. */
  readonly redis?: Redis;
  /** On Postgres: how long one answer may take. */
  readonly timeoutMs?: number;
}

export function openQueue(
  location: QueueLocation,
  { onError = () => {}, redis, timeoutMs }: QueueOptions = {},
): CompletionQueue {
  const { factory, connection, ...backend } = backendOf(location, timeoutMs);
  const options = {
    ...backend,
    connection: redis ?? connection,
    defaultJobOptions: {
      // What is wrong with a record is final at once. An attempt goes only to a fault of ours, or to a queue that went
      // away just when a written job was to be ticked off. Ten of them take eight minutes.
      attempts: 10,
      backoff: { type: 'exponential', delay: 1000 },
      removeOnComplete: true,
      removeOnFail: false, // a failed job is a dead letter: somebody's invoice
    },
  };
  const queue = new SoundQueue(QUEUE_NAME, options, factory as never);
  queue.on('error', onError); // without a listener BullMQ prints them, connection and all
  return queue;
}

class SoundQueue extends Queue<Completion> {
  protected override get Job(): typeof SoundJob {
    return SoundJob;
  }
}
