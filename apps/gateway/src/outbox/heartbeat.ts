// The gateway's heartbeat in the register, once a second: to the reaper the sign that the gateway lives, to the gateway
// itself the sign that the queue answers.
import { setTimeout as pause } from 'node:timers/promises';
import type { QueueHealth } from './queue-health.ts';

const EVERY_MS = 1000;

interface HeartbeatDeps {
  readonly beat: () => Promise<unknown>;
  readonly health: Pick<QueueHealth, 'reportFailure' | 'reportAnswer'>;
  /** After each beat that is answered, when the queue is up. */
  readonly onAnswer: () => void;
}

export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  readonly #stopped = new AbortController();

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  /** Resolves when it is known whether the queue answers; beats until it is stopped. */
  async start(): Promise<void> {
    await this.#once();
    void this.#goOn();
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await pause(EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) await this.#once();
    }
  }

  async #once(): Promise<void> {
    const { beat, health, onAnswer } = this.#deps;
    try {
      await beat();
    } catch (error) {
      return health.reportFailure(error);
    }
    if (this.#stopped.signal.aborted) return; // what would be begun now would meet a queue writer that is closed
    health.reportAnswer();
    onAnswer();
  }
}
