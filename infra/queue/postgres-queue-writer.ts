// The queue writer on Postgres, where there is no Redis: completions that come while others are under way go in together.
import type { Completion } from '@weir/ledger/completion';
import { createBatcher } from '../batcher/batcher.ts';
import { BeatCheck, checkedBeat } from '../register/beat-check.ts';
import { openRegister } from '../register/open-register.ts';
import { withTimeout } from '../time/with-timeout.ts';
import type { QueueLocation } from './connection.ts';
import { jobIdOf } from './job-id.ts';
import { openQueue } from './queue.ts';
import { queueLate } from './queue-late.ts';
import type { QueueWriter, QueueWriterOptions } from './queue-writer.ts';
import { storable } from './storable.ts';

const MOST_AT_ONCE = 500;

export function openPostgresQueueWriter(
  location: QueueLocation,
  { timeoutMs, onError, onForgotten }: QueueWriterOptions,
): QueueWriter {
  const queue = openQueue(location, { onError, timeoutMs });
  const register = openRegister(location, { timeoutMs });
  const check = new BeatCheck({ isInOrder: false }); // its connections are several, and it cancels what is given up
  const batcher = createBatcher<Completion>({ size: MOST_AT_ONCE, lanes: 1, settle: addAll });

  async function addAll(completions: readonly Completion[]): Promise<undefined[]> {
    const jobs = completions.map((data) => ({ name: 'completion', data, opts: { jobId: jobIdOf(data) } }));
    await withTimeout(queue.addBulk(jobs), timeoutMs, queueLate); // once it is closed, it never answers
    return completions.map(() => undefined);
  }

  async function close(): Promise<void> {
    await Promise.all([queue.close(), register.close()]);
  }
  return {
    register: {
      ...register,
      open: async (opening) => register.open(storable(opening)),
      beat: checkedBeat(register.beat, { check, onForgotten }),
    },
    connected: async () => {}, // its pool connects when it is asked
    // BullMQ connects, waits for a connection and asks, each within its patience, and another batch may come first.
    add: async (completion) => withTimeout(batcher.add(storable(completion)), timeoutMs, queueLate),
    close,
  };
}
