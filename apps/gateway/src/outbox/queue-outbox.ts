// The outbox on BullMQ's queue, whether on Redis or on Postgres. A queue that does not take the completion is asked
// again, with growing pauses, until it does: the client's last frame waits for it.
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@weir/infra/log';
import type { CompletionQueue } from '@weir/infra/queue';
import type { Completion } from '@weir/ledger/completion';
import type { Outbox } from './outbox.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

export function createQueueOutbox(queue: CompletionQueue, log: Log): Outbox {
  const pending = new Map<string, () => Completion>();

  return {
    async close(compose) {
      const { id } = compose();
      pending.set(id, compose);
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
        const completion = compose();
        if (await added(completion)) return completion;
        await pause(pauseMs);
      }
    },

    async shutdown() {
      // Nothing of a prompt is in a completion: whole, it can still become a row by hand.
      for (const compose of pending.values()) log.error({ completion: compose() }, 'completion.lost');
      await queue.close();
    },
  };

  async function added(completion: Completion): Promise<boolean> {
    try {
      // The id deduplicates while the job exists; afterwards the row's primary key does.
      await queue.add('completion', completion, { jobId: completion.id });
      pending.delete(completion.id);
      return true;
    } catch (error) {
      log.error({ request_id: completion.id, error }, 'completion.at_risk');
      return false;
    }
  }
}
