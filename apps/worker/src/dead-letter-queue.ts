// Dead letters, page by page: the queue's failed jobs, oldest first, as what an operator may see of them.
import type { CompletionQueue } from '@weir/infra/queue';

const PAGE = 200;

export interface DeadLetter {
  readonly id: string;
  readonly failedAt: string;
  readonly attempts: number;
  readonly reason: string;
}

type FailedJob = Awaited<ReturnType<CompletionQueue['getJobs']>>[number];

export async function* listDeadLetters(queue: CompletionQueue): AsyncGenerator<DeadLetter> {
  for (let start = 0; ; start += PAGE) {
    const page = await failedJobs(queue, start, PAGE);
    if (page.length === 0) return;
    yield* page.map(deadLetterOf);
  }
}

export async function findDeadLetter(queue: CompletionQueue, id: string): Promise<DeadLetter | undefined> {
  const job = await failedJob(queue, id);
  return job === undefined ? undefined : deadLetterOf(job);
}

/** Puts back as many as there are now, the oldest first: one that fails again meanwhile goes to the end, out of reach. */
export async function retryDeadLetters(queue: CompletionQueue): Promise<number> {
  const total = await queue.getFailedCount();
  let retried = 0;
  while (retried < total) {
    const page = await failedJobs(queue, 0, Math.min(PAGE, total - retried));
    if (page.length === 0) break;
    await Promise.all(page.map(putBack));
    retried += page.length;
  }
  return retried;
}

export async function retryDeadLetter(queue: CompletionQueue, id: string): Promise<boolean> {
  const job = await failedJob(queue, id);
  if (job !== undefined) await putBack(job);
  return job !== undefined;
}

const failedJobs = (queue: CompletionQueue, start: number, count: number): Promise<FailedJob[]> =>
  queue.getJobs(['failed'], start, start + count - 1, true);

async function failedJob(queue: CompletionQueue, id: string): Promise<FailedJob | undefined> {
  const job = await queue.getJob(id);
  return job !== undefined && (await job.isFailed()) ? job : undefined;
}

const putBack = (job: FailedJob) => job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });

function deadLetterOf(job: FailedJob): DeadLetter {
  return {
    id: job.id ?? '',
    failedAt: new Date(job.finishedOn ?? 0).toISOString(),
    attempts: job.attemptsMade,
    reason: job.failedReason,
  };
}
