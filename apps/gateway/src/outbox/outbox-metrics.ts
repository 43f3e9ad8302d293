// An outbox that is watched: how often and how fast each verb was done, and whether what was opened and what was closed
// come out even.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Outbox } from './outbox.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** `openNow`: the requests that are under way, counted by somebody else than the outbox. */
export function watchOutbox(outbox: Outbox, { registry, openNow }: { registry: Registry; openNow(): number }): Outbox {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'weir_outbox_seconds',
    help: 'How long an opening, a completion (close) or a withdrawal takes to become durable.',
    labelNames: ['verb'],
    buckets: SECONDS,
    registers,
  });
  const done = {
    open: new Counter({ name: 'weir_openings_total', help: 'Openings that became durable.', registers }),
    close: new Counter({ name: 'weir_closings_total', help: 'Completions that became durable.', registers }),
    withdraw: new Counter({
      name: 'weir_withdrawals_total',
      help: 'Openings whose upstream was never asked: the client had left, or the gateway was about to.',
      registers,
    }),
  };
  let open = 0;
  new Gauge({
    name: 'weir_completeness',
    help: 'Openings less completions, withdrawals and what is open now: 0, or a request has lost its row.',
    registers,
    collect() {
      this.set(open - openNow());
    },
  });

  async function watched<T>(verb: keyof typeof done, work: Promise<T>): Promise<T> {
    const stop = seconds.startTimer({ verb });
    const result = await work;
    stop();
    done[verb].inc();
    return result;
  }

  return {
    async open(opening) {
      await watched('open', outbox.open(opening));
      open += 1;
    },
    async close(compose, opening) {
      const completion = await watched('close', outbox.close(compose, opening));
      open -= 1;
      return completion;
    },
    withdraw(opening) {
      open -= 1; // from now on nobody counts it as under way
      return watched('withdraw', outbox.withdraw(opening));
    },
    shutdown: () => outbox.shutdown(),
  };
}
