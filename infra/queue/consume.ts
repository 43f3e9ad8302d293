// The consumer's side of the queue: hands each record to `handle`, hundreds at once, and settles its job by what comes of
// it. A record is done, put back, or kept as a dead letter; it is never dropped.
import { setTimeout as pause } from 'node:timers/promises';
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Log } from '../log/log.ts';
import { backendOf, QUEUE_NAME, type QueueLocation } from './connection.ts';
import { createConsumingBackend } from './consuming-redis.ts';
import { createErrorLog } from './error-log.ts';
import { warnIfVolatile } from './redis-durability.ts';
import { SoundJob } from './sound-job.ts';

export type { QueueLocation } from './connection.ts';
export { NOT_JSON } from './sound-job.ts';

/** Thrown by `handle`: the record will never do. Its job is kept as failed with this message, and not tried again. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}

/** Thrown by `handle`: not now, not here. The job goes back to waiting, and this costs it no attempt. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
}

export interface Consumer {
  /** Waits for the queue as long as it takes, then takes jobs until stopped. */
  start(): Promise<void>;
  /** Takes no more, and resolves when what is in hand is settled. */
  stop(): Promise<void>;
}

interface ConsumerOptions {
  /** How many records are in hand at most. */
  readonly concurrency: number;
  /** The record is NOT_JSON where the job's data is none. */
  readonly handle: (record: unknown, id: string) => Promise<void>;
  /** A killed worker's jobs are free again when their locks have run out, and half that time later at the most. */
  readonly lockMs: number;
  readonly log: Log;
}

const RETRY_MS = 500;

const STALLS = {
  // By default the second killed worker in a job's life makes it a failed one.
  maxStalledCount: 1_000_000,
  runRetryDelay: RETRY_MS,
};

export function openConsumer(location: QueueLocation, { concurrency, handle, lockMs, log }: ConsumerOptions): Consumer {
  const { factory = createConsumingBackend, ...backend } = backendOf(location);
  const locks = { lockDuration: lockMs, stalledInterval: Math.ceil(lockMs / 2) };
  const options = { ...backend, ...STALLS, ...locks, concurrency, autorun: false };
  const worker = new PatientWorker(QUEUE_NAME, (job, token) => settle(job, token, handle), options, factory as never);
  const logError = createErrorLog(log);
  worker.on('error', (error) => {
    if (isAnothersNow(error)) log.debug({ reason: error.message }, 'job.lost');
    else logError(error);
  });
  const start = async () => {
    if (!(await becomesReady(worker, log))) return;
    if (location.redisUrl !== undefined) await warnIfVolatile(location.redisUrl, log);
    worker.run().catch(logError);
  };
  return { start, stop: () => worker.close() };
}

/** BullMQ asks again at once after any error but a refused connection; this one takes a breath. */
class PatientWorker extends Worker<unknown, void> {
  protected override get Job(): typeof SoundJob {
    return SoundJob;
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job<unknown, void>> {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      await pause(RETRY_MS);
      throw error;
    }
  }
}

async function settle(
  job: Job<unknown, void>,
  token: string | undefined,
  handle: ConsumerOptions['handle'],
): Promise<void> {
  try {
    await handle(job.data, job.id ?? '');
  } catch (error) {
    if (error instanceof RecordRefused) throw new UnrecoverableError(error.message);
    if (!(error instanceof RetryLater)) throw error;
    // Where even this fails, the job stays locked until its lock runs out, and is then found as stalled.
    await job.moveToWait(token).catch(() => {});
    throw new WaitingError();
  }
}

/** A lock that ran out, or a job that is settled already: at worst a second delivery, which changes nothing. */
const isAnothersNow = (error: Error) =>
  typeof (error as { code?: unknown }).code === 'number' || error.message.startsWith('could not renew lock');

async function becomesReady(worker: Worker<unknown, void>, log: Log): Promise<boolean> {
  for (let said = ''; worker.closing === undefined; await pause(RETRY_MS)) {
    try {
      await worker.waitUntilReady();
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== said) log.warn({ error }, 'queue.away');
      said = reason;
    }
  }
  return false;
}
