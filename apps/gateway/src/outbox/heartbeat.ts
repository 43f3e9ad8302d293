// The gateway's heartbeat in the register, once a second: to the reaper the sign that it lives, to the gateway itself the
// sign that the queue answers. While it does not, nobody else asks it: that is the circuit breaker.
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@weir/infra/log';
import { SayOnce } from '@weir/infra/log/say-once';

const EVERY_MS = 1000;

/**
 * Up: verbs go to the queue. Down, from the first verb or beat that it did not answer: verbs go to the spool at once,
 * and one beat a second asks whether it is back.
 */
export class Heartbeat {
  readonly #beat: () => Promise<unknown>;
  readonly #onUp: () => void;
  readonly #log: Log;
  readonly #stopped = new AbortController();
  #up = true;
  readonly #down = new SayOnce();

  constructor(parts: { beat: () => Promise<unknown>; onUp: () => void; log: Log }) {
    this.#beat = parts.beat;
    this.#onUp = parts.onUp;
    this.#log = parts.log;
  }

  get up(): boolean {
    return this.#up;
  }

  /** Resolves when it is known whether the queue answers; beats until it is stopped. */
  async start(): Promise<void> {
    await this.#once();
    void this.#goOn();
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Wraps a queue call and marks the queue as down when the call fails. */
  reportingFailures<A extends unknown[]>(ask: (...given: A) => Promise<void>): (...given: A) => Promise<void> {
    return (...given) =>
      ask(...given).catch((error) => {
        this.reportFailure(error);
        throw error;
      });
  }

  /** The queue did not take what it was given. */
  reportFailure(error: unknown): void {
    this.#up = false;
    this.#down.begins(() => this.#log.warn({ error }, 'queue.away'));
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await pause(EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) await this.#once();
    }
  }

  async #once(): Promise<void> {
    try {
      await this.#beat();
    } catch (error) {
      return this.reportFailure(error);
    }
    if (this.#stopped.signal.aborted) return; // what would be begun now would meet a line that is closed
    this.#up = true;
    this.#down.ends(() => this.#log.info('queue.back'));
    this.#onUp();
  }
}
