// Whether this worker does its work: there is none, or it is being done. Fed with what happens and with what is seen of the
// queue, on any one clock; asks nobody.

const MINUTE_MS = 60_000;

export class Health {
  readonly #timeoutMs: number;
  #jobs = 0;
  #sampledAtMs: number;
  /** The last time at which nothing was wrong: it began, it settled something, or there was nothing to settle. */
  #fineAtMs: number;

  constructor(startedAtMs: number, timeoutMs = MINUTE_MS) {
    this.#timeoutMs = timeoutMs;
    this.#sampledAtMs = startedAtMs;
    this.#fineAtMs = startedAtMs;
  }

  /** A record is a row, or a dead letter. */
  settled(atMs: number): void {
    this.#fineAtMs = atMs;
  }

  /**
   * How many records wait for a worker, or are in this one's inProgress. What others hold is not this one's fault. Where there
   * are none, the minute begins anew: else the first record after a quiet hour would look like one that nobody writes.
   */
  sampled(jobs: number, atMs: number): void {
    this.#jobs = jobs;
    this.#sampledAtMs = atMs;
    if (jobs === 0) this.#fineAtMs = atMs;
  }

  /** One sentence, or undefined. A queue that has not answered for a while is no fault of the worker's either. */
  lackAt(nowMs: number): string | undefined {
    const idleMs = nowMs - this.#fineAtMs;
    const isKnown = nowMs - this.#sampledAtMs < this.#timeoutMs;
    if (this.#jobs === 0 || !isKnown || idleMs < this.#timeoutMs) return undefined;
    return `no completion was written for ${Math.floor(idleMs / 1000)} s, though the queue holds ${this.#jobs}`;
  }
}
