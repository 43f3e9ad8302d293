// Keeps openings in the register and completions on the queue, for the worker to take on.
import type { QueueWriter } from '@weir/infra/queue/writer';
import type { Recent } from './recovery/recent-completions.ts';
import type { StaleOpenings } from './recovery/stale-openings.ts';
import type { RecordSink } from './sink.ts';

interface Memory {
  readonly staleOpenings: StaleOpenings;
  readonly recent: Recent;
}

export function createQueueSink({ register, add }: QueueWriter, { staleOpenings, recent }: Memory): RecordSink {
  return {
    async open(opening) {
      // If this call fails the opening may still have been stored, so remember to delete it when the request ends.
      staleOpenings.add(opening);
      await register.open(opening);
      staleOpenings.delete(opening);
    },

    async close(completion) {
      const { id, gateway } = completion;
      // 1. The completion goes on the queue, under the request's id. A crash before this: the opening stands, the
      //    gateway's heart stops, and the reaper puts a `gateway_lost` completion in this place.
      await add(completion);
      recent.add(completion);
      // 2. The opening is retired. A crash before this: the reaper puts a `gateway_lost` completion on the queue beside
      //    the real one. The ledger keeps the real one, in whichever order they come.
      register.retire(gateway, id).catch(() => staleOpenings.add({ id, gateway }));
      // 3. The end is released to the client. A crash before this: the row says what the client was about to have.
    },

    withdraw: ({ id, gateway }) => register.retire(gateway, id),
  };
}
