// The requests that gateways were asked, and the rows that came of them: there must be one for each.
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkerHome } from '../support/worker-home.ts';

/** Then what was measured is no result. */
export class RowsMissing extends Error {}

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 50;

export class Books {
  #asked = 0;
  readonly #home: WorkerHome;

  constructor(home: WorkerHome) {
    this.#home = home;
  }

  get asked(): number {
    return this.#asked;
  }

  /** Waits until these requests have their rows too, and the worker has nothing left to do. */
  async note(requests: number): Promise<void> {
    this.#asked += requests;
    const late = pause(PATIENCE_MS, 'late', { ref: false });
    const end = await Promise.race([this.#home.settled(this.#asked), late]);
    const rows = await this.#home.count();
    if (end === 'late' || rows !== this.#asked) throw new RowsMissing(`${this.#asked} requests, and ${rows} rows`);
  }

  /** While the worker waits: until the queue has the completions of these requests. */
  async queued(requests: number): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (let seen = -1; seen < requests; seen = await this.#home.queue.getJobCountByTypes('waiting')) {
      if (performance.now() > until) throw new RowsMissing(`${requests} requests, and ${seen} completions`);
      await pause(LOOK_EVERY_MS);
    }
  }

  /** How they ended, most frequent first: `ok 1200, aborted client_disconnected 30`. */
  async endings(): Promise<string> {
    const counted = 'SELECT status, reason, count(*) FROM completions GROUP BY 1, 2 ORDER BY 3 DESC';
    const rows = await this.#home.query(counted);
    return rows.map(({ status, reason, count }) => [status, reason, count].filter(Boolean).join(' ')).join(', ');
  }
}
