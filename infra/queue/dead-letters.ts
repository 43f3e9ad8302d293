// Dead letters, page by page: the queue's failed jobs, oldest first, as what an operator may see of them.
import { type CompletionQueue, NOT_JSON } from './queue.ts';

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

export interface Retried {
  readonly putBack: number;
  /** What no worker will ever read stays where it is: its data is no JSON. */
  readonly hopeless: number;
}

/** Puts back as many as there are now, the oldest first: one that fails again meanwhile goes to the end, out of reach. */
export async function retryDeadLetters(queue: CompletionQueue): Promise<Retried> {
  const total = await queue.getFailedCount();
  let [putBack, hopeless] = [0, 0];
  while (putBack + hopeless < total) {
    const page = await failedJobs(queue, hopeless, Math.min(PAGE, total - putBack - hopeless));
    if (page.length === 0) break;
    const retried = await retryAll(page);
    putBack += retried.putBack;
    hopeless += retried.hopeless;
  }
  return { putBack, hopeless };
}

/** Undefined where it is no dead letter. */
export async function retryDeadLetter(queue: CompletionQueue, id: string): Promise<Retried | undefined> {
  const job = await failedJob(queue, id);
  return job === undefined ? undefined : await retryAll([job]);
}

async function retryAll(jobs: readonly FailedJob[]): Promise<Retried> {
  const readable = jobs.filter(({ data }) => (data as unknown) !== NOT_JSON);
  await Promise.all(readable.map(putBack));
  return { putBack: readable.length, hopeless: jobs.length - readable.length };
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
