// Keeps openings in the register and completions on the queue, for the worker to take on.
import type { Completion } from '@weir/ledger/completion';
import type { Opening } from '@weir/ledger/opening';
import type { QueueWriter } from '../queue/queue-writer.ts';
import type { RecordSink } from './sink.ts';

type Queue = Pick<QueueWriter, 'add'> & { readonly register: Pick<QueueWriter['register'], 'open' | 'retire'> };
type OpeningKey = Pick<Opening, 'id' | 'gateway'>;

/** What its owner keeps in mind, for when the queue answers again. */
interface Memory {
  /** Openings that may stand in the register although their requests are over. */
  readonly staleOpenings: { add(opening: OpeningKey): void; delete(opening: OpeningKey): void };
  /** What a server that forgot it is to be handed again. */
  readonly recent: { add(completion: Completion): void };
}

export function createQueueSink({ register, add }: Queue, { staleOpenings, recent }: Memory): RecordSink {
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
