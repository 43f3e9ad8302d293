// The outbox, put together: the queue writer, the spool beside it, the queue's health that says which of them takes what,
// the heartbeat that keeps asking, and the recovery that brings the one's contents to the other.
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@weir/infra/log';
import type { QueueLocation } from '@weir/infra/queue';
import { createErrorLog } from '@weir/infra/queue/error-log';
import { openQueueWriter } from '@weir/infra/queue/writer';
import { createQueueSink } from '@weir/infra/sinks/queue';
import { createSpoolSink } from '@weir/infra/sinks/spool';
import type { Spool } from '@weir/infra/spool';
import { createDurableOutbox } from './durable-outbox.ts';
import { Heartbeat } from './heartbeat.ts';
import { OpenRequests } from './open-requests.ts';
import type { Outbox } from './outbox.ts';
import { QueueHealth } from './queue-health.ts';
import { Recent } from './recovery/recent-completions.ts';
import { Recovery } from './recovery/recovery.ts';
import { StaleOpenings } from './recovery/stale-openings.ts';
import { Tally } from './tally.ts';
import { createTelling } from './telling.ts';

// Longer than a healthy queue ever takes, and shorter than anybody notices.
const QUEUE_TIMEOUT_MS = 500;
const LAST_SHIPMENT_MS = 3000;
const ONCE_MORE_MS = 100;

export interface OpenOutbox {
  readonly outbox: Outbox;
  /** How it stands, for whoever looks from outside. */
  readonly state: {
    queueUp(): boolean;
    atRisk(): number;
  };
  /** Resolves when it is known whether the queue answers. */
  start(): Promise<void>;
}

interface OutboxOptions {
  readonly gateway: string;
  readonly location: QueueLocation;
  readonly spool: Spool;
  readonly log: Log;
}

export function openOutbox({ gateway, location, spool, log }: OutboxOptions): OpenOutbox {
  const [open, recent, staleOpenings, tally] = [
    new OpenRequests(),
    new Recent(),
    new StaleOpenings(),
    new Tally(gateway),
  ];
  const queueWriter = openQueueWriter(location, {
    timeoutMs: QUEUE_TIMEOUT_MS,
    onError: createErrorLog(log),
    onForgotten: () => {
      recovery.resendLater();
      tally.untell();
    },
  });
  const queue = createQueueSink(queueWriter, { staleOpenings, recent });
  const health = new QueueHealth(log);
  const heartbeat = new Heartbeat({
    beat: () => queueWriter.register.beat(gateway),
    health,
    onAnswer: () => {
      void recovery.run();
      void telling.tell();
    },
  });
  const recovery: Recovery = new Recovery({
    queue: {
      open: health.reportingFailures(queue.open),
      close: health.reportingFailures(queue.close),
      withdraw: health.reportingFailures(queue.withdraw),
    },
    spool,
    open,
    recent,
    retireStaleOpenings: health.reportingFailures(() =>
      staleOpenings.retire(queueWriter.register, (id) => open.has(id)),
    ),
    log,
  });
  const telling = createTelling({ tally, register: queueWriter.register, isBehind: () => recovery.isDue, log });
  const sinks = { queue, spool: createSpoolSink(spool) };
  const durable = createDurableOutbox({ ...sinks, health, open, staleOpenings, tally, log });

  async function shutdown(): Promise<number> {
    const lost = durable.atRisk();
    // Nothing of a prompt is in a completion: whole, it can still become a row by hand.
    for (const completion of lost) log.error({ completion }, 'completion.lost');
    await shipTheRest();
    heartbeat.stop();
    await telling.tell();
    const { records } = spool.stats();
    if (records > 0) log.warn({ records }, 'spool.not_empty'); // for the next gateway on this directory
    if (open.size === 0) await queueWriter.register.leave(gateway).catch(() => {});
    await Promise.allSettled([queueWriter.close(), spool.close()]); // what cannot be closed, the process's end closes
    return lost.length;
  }

  /** What a moment's silence of the queue has left to be done is done now; what is spooled may wait for the next gateway. */
  async function shipTheRest(): Promise<void> {
    const until = performance.now() + LAST_SHIPMENT_MS;
    while (recovery.isDue && performance.now() < until) {
      await Promise.race([recovery.run(), pause(until - performance.now(), undefined, { ref: false })]);
      if (recovery.isDue) await pause(ONCE_MORE_MS);
    }
  }

  return {
    outbox: { ...durable, shutdown },
    state: { queueUp: () => health.up, atRisk: () => durable.atRisk().length },
    start: () => queueWriter.connected().then(() => heartbeat.start()),
  };
}
