// What of the queue this worker answers for, seen every few seconds in the background, so that a probe waits for nobody.
import type { CompletionQueue } from '@weir/infra/queue';
import { type Repeated, repeat } from '../repeat.ts';
import type { Health } from './health.ts';
import type { InProgress } from './in-progress.ts';

const EVERY_MS = 5000;

interface SamplerDeps {
  readonly queue: Pick<CompletionQueue, 'getWaitingCount' | 'getDelayedCount'>;
  readonly inProgress: Pick<InProgress, 'count'>;
  readonly health: Pick<Health, 'sampled'>;
}

export const startSampling = (deps: SamplerDeps): Repeated => repeat(() => sample(deps), EVERY_MS);

async function sample({ queue, inProgress, health }: SamplerDeps): Promise<void> {
  try {
    const [waiting, overdue] = await Promise.all([queue.getWaitingCount(), queue.getDelayedCount(Date.now())]);
    health.sampled(waiting + overdue + inProgress.count, performance.now());
  } catch {
    // The consumer logs what is wrong with the queue.
  }
}
