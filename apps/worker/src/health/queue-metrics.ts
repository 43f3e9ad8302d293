// The queue as it stands, asked for on each scrape. A queue that does not answer in time leaves the gauges empty, not the
// scrape hanging.
import type { CompletionQueue } from '@weir/infra/queue';
import { withTimeout } from '@weir/infra/time';
import { Gauge, type Registry } from 'prom-client';

const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;
// What was given back may stand behind younger ones: the oldest is looked for among the first few.
const FIRST_FEW = 10;
const ANSWER_WITHIN_MS = 1000;

export function createQueueMetrics(registry: Registry, queue: Pick<CompletionQueue, 'getJobCounts' | 'getJobs'>): void {
  new Gauge({
    name: 'weir_queue_jobs',
    help: 'Completions in the queue, by state: failed ones are dead letters',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset();
      const counts = await inTime(queue.getJobCounts(...STATES));
      for (const state of counts === undefined ? [] : STATES) this.set({ state }, counts?.[state] ?? 0);
    },
  });
  new Gauge({
    name: 'weir_queue_oldest_seconds',
    help: "How long the oldest completion that waits, or is in some worker's inProgress, has been in the queue; 0 when there is none",
    registers: [registry],
    async collect() {
      this.remove();
      const jobs = await inTime(queue.getJobs(['waiting', 'active'], 0, FIRST_FEW - 1, true));
      if (jobs !== undefined) this.set(ageOf(jobs.map(({ timestamp }) => timestamp)) / 1000);
    },
  });
}

const ageOf = (timestamps: readonly number[], now = Date.now()) => Math.max(0, now - Math.min(now, ...timestamps));

const inTime = <T>(answer: Promise<T>): Promise<T | undefined> =>
  withTimeout(answer, ANSWER_WITHIN_MS, () => new Error('late')).catch(() => undefined);
