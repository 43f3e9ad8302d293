// The queue → the ids of the requests whose completions are in it, by the state of the job.
import type { CompletionQueue } from './queue.ts';
import { requestIdOf } from './request-id.ts';

export const JOB_STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

export type Jobs = Readonly<Record<(typeof JOB_STATES)[number], readonly string[]>>;

const PAGE = 1000;

export async function idsInQueue(queue: Pick<CompletionQueue, 'getRanges'>): Promise<Jobs> {
  const jobs = { waiting: [] as string[], active: [] as string[], delayed: [] as string[], failed: [] as string[] };
  for (const state of JOB_STATES) {
    for await (const id of jobIds(queue, state)) jobs[state].push(requestIdOf(id));
  }
  return jobs;
}

/** The newest first: what workers take away meanwhile is taken behind us, so that no page slips past a job. */
async function* jobIds(queue: Pick<CompletionQueue, 'getRanges'>, state: keyof Jobs): AsyncGenerator<string> {
  for (let start = 0; ; start += PAGE) {
    const page = await queue.getRanges([state], start, start + PAGE - 1, false);
    yield* page;
    if (page.length < PAGE) return;
  }
}
