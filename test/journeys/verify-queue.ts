// A queue with a job in every state that there is, until it is let go.
import { openConsumer, RecordRefused } from '@weir/infra/consume';
import { createLog } from '@weir/infra/log';
import type { Completion } from '@weir/ledger/completion';
import { completion, deliver } from '../support/worker-completions.ts';
import type { WorkerHome } from '../support/worker-home.ts';

const LOCK_MS = 10_000;

export interface FilledQueue {
  readonly waiting: Completion;
  readonly active: Completion;
  readonly delayed: Completion;
  readonly failed: Completion;
  /** The active job is then put down as failed, too. */
  letGo(): Promise<void>;
}

const LONG_MS = 3_600_000;

export async function fillQueue({ queue, location }: WorkerHome): Promise<FilledQueue> {
  const [failed, active, waiting, delayed] = [completion(), completion(), completion(), completion()];
  const [isHeld, isLetGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const handle = async (_: unknown, id: string) => {
    if (id === active.id) {
      isHeld.resolve();
      await isLetGo.promise;
    }
    throw new RecordRefused('not today');
  };
  const log = createLog({ app: 'test', level: 'silent' });
  const consumer = openConsumer(location, { concurrency: 1, handle, lockMs: LOCK_MS, log });
  await deliver(queue, [failed, active]);
  await consumer.start();
  await isHeld.promise;
  await deliver(queue, [waiting]);
  await queue.add('completion', delayed, { jobId: delayed.id, delay: LONG_MS });
  const letGo = async () => {
    const stopped = consumer.stop(); // it takes no other
    isLetGo.resolve();
    await stopped;
  };
  return { waiting, active, delayed, failed, letGo };
}
