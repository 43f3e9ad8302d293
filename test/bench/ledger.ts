// The worker alone: a queue full of completions on Redis → rows in Postgres. The queue is filled while it is paused.
import { setTimeout as pause } from 'node:timers/promises';
import { completions, deliver } from '../support/worker-completions.ts';
import { cpuMsOf } from './cpu-time.ts';
import type { Place } from './place.ts';
import type { Sample, Scenario, Turn } from './scenario.ts';

// What a worker must manage in half of each second of a turn.
const JOBS_A_SECOND = 5000;
const JOBS_TO_WARM = 3000;
const AT_ONCE = 1000;
const LOOK_EVERY_MS = 10;
const LONGEST_MS = 300_000;

export const ledger: Scenario = {
  name: 'ledger',
  summary: 'one worker, from a full queue on Redis into Postgres',
  rounds: 5,
  targets: ['worker'],
  figures: [
    {
      label: 'rows a second',
      measure: 'rowsPerSecond',
      unit: '/s',
      as: 'own',
      of: 'worker',
      atLeast: 10_000,
      wall: true,
    },
    { label: 'CPU a row', measure: 'cpuUsARow', unit: 'µs', as: 'own', of: 'worker' },
  ],
  measure: (place, _, turn) => emptyQueue(place, turn),
};

async function emptyQueue({ home, target, books }: Place, { seconds, warming }: Turn): Promise<Sample> {
  const worker = await target('worker');
  const jobs = warming ? JOBS_TO_WARM : seconds * JOBS_A_SECOND;
  await home.queue.pause();
  for (let sent = 0; sent < jobs; sent += AT_ONCE) await deliver(home.queue, completions(AT_ONCE));
  const [cpuBefore, startedAt] = [cpuMsOf(worker.pid), performance.now()];
  await home.queue.resume();
  while ((await home.queue.getJobCountByTypes('waiting', 'active')) > 0) {
    if (performance.now() - startedAt > LONGEST_MS) throw new Error('the worker did not empty the queue');
    await pause(LOOK_EVERY_MS);
  }
  const tookMs = performance.now() - startedAt;
  const cpuMs = cpuMsOf(worker.pid) - cpuBefore;
  await books.note(jobs);
  return { rowsPerSecond: (jobs * 1000) / tookMs, cpuUsARow: (cpuMs * 1000) / jobs };
}
