// The outbox: what the queue does not take within half a second goes to the spool, and while the queue is away it goes
// there at once. Where even the disk does not take it, an opening is refused, and a completion waits here.
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@weir/infra/log';
import { SayOnce } from '@weir/infra/log/say-once';
import type { RecordSink } from '@weir/infra/sinks';
import { SpoolUnwritable } from '@weir/infra/spool';
import type { Completion } from '@weir/ledger/completion';
import { WeirError } from '../errors.ts';
import type { OpenRequests } from './open-requests.ts';
import type { Outbox } from './outbox.ts';
import type { QueueHealth } from './queue-health.ts';
import type { StaleOpenings } from './recovery/stale-openings.ts';
import { createSoundCompose } from './sound-compose.ts';
import type { Tally } from './tally.ts';

const TRY_AGAIN_MS = 500;

interface DurableOutboxDeps {
  readonly queue: RecordSink;
  readonly spool: RecordSink;
  readonly health: Pick<QueueHealth, 'up' | 'reportFailure'>;
  readonly open: OpenRequests;
  readonly staleOpenings: StaleOpenings;
  readonly tally: Pick<Tally, 'opened' | 'closed' | 'withdrawn'>;
  readonly log: Log;
}

export interface DurableOutbox extends Omit<Outbox, 'shutdown'> {
  /** Completions that nothing but this process keeps. */
  atRisk(): readonly Completion[];
}

export function createDurableOutbox(deps: DurableOutboxDeps): DurableOutbox {
  const { queue, spool, health, open, staleOpenings, tally, log } = deps;
  const waiting = new Map<string, () => Completion>();
  const unwritable = new SayOnce();

  return {
    async open(opening) {
      open.add(opening); // first, or recovery would delete the opening while it is still being written
      try {
        await keep((sink) => sink.open(opening));
        tally.opened(opening.id);
      } catch (cause) {
        open.delete(opening.id);
        throw new WeirError('unmetered', { cause });
      }
    },

    async close(composeOrThrow, opening) {
      const { id } = opening;
      const compose = createSoundCompose(composeOrThrow, { opening, log });
      for (;;) {
        try {
          // Build the completion again: the client may have left while the queue timed out.
          const completion = await keep((sink) => closeAt(sink, compose()));
          open.delete(id);
          waiting.delete(id);
          tally.closed(id);
          return completion;
        } catch (error) {
          if (!waiting.has(id)) log.error({ request_id: id, error }, 'completion.at_risk');
          waiting.set(id, compose);
          await pause(TRY_AGAIN_MS);
        }
      }
    },

    async withdraw(opening) {
      open.delete(opening.id);
      tally.withdrawn(opening.id); // whatever becomes of this, no row is due
      staleOpenings.add(opening); // whatever becomes of this, nothing of it stays in the register
      // Should this fail, and the gateway die soon, it becomes a `gateway_lost` row: too much rather than too little.
      await keep((sink) => sink.withdraw(opening)).catch((error) => {
        log.warn({ request_id: opening.id, error }, 'opening.not_withdrawn');
      });
    },

    atRisk: () => [...waiting.values()].map((compose) => compose()),
  };

  async function keep<T>(verb: (sink: RecordSink) => Promise<T>): Promise<T> {
    if (health.up) {
      try {
        return await verb(queue);
      } catch (error) {
        health.reportFailure(error);
      }
    }
    const kept = await verb(spool).catch(sayUnwritable);
    unwritable.ends(() => log.info('spool.writable'));
    return kept;
  }

  function sayUnwritable(error: unknown): never {
    if (!(error instanceof SpoolUnwritable)) throw error;
    unwritable.begins(() => log.error({ reason: error.message }, 'spool.unwritable'));
    throw error;
  }
}

async function closeAt(sink: RecordSink, completion: Completion): Promise<Completion> {
  await sink.close(completion);
  return completion;
}
