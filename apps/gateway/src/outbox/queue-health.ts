// Whether the queue is up, by what its callers reported last. While it is down, nobody asks it but the heartbeat: that is
// the circuit breaker.
import type { Log } from '@weir/infra/log';

/**
 * Up: verbs go to the queue. Down, from the first verb or beat that it did not answer: verbs go to the spool at once,
 * until a beat is answered.
 */
export class QueueHealth {
  readonly #log: Log;
  #up = true;

  constructor(log: Log) {
    this.#log = log;
  }

  get up(): boolean {
    return this.#up;
  }

  /** The queue did not take what it was given. */
  reportFailure(error: unknown): void {
    if (this.#up) this.#log.warn({ error }, 'queue.away');
    this.#up = false;
  }

  /** The queue answered a beat. */
  reportAnswer(): void {
    if (!this.#up) this.#log.info('queue.back');
    this.#up = true;
  }

  /** Wraps a queue call and marks the queue as down when the call fails. */
  reportingFailures<A extends unknown[]>(ask: (...given: A) => Promise<void>): (...given: A) => Promise<void> {
    return (...given) =>
      ask(...given).catch((error) => {
        this.reportFailure(error);
        throw error;
      });
  }
}
