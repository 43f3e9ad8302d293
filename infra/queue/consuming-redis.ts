// BullMQ on Redis for a worker with hundreds of jobs in hand: those that are done at one moment are ticked off by one
// script, and it takes as many new ones. A job that is not plain goes through BullMQ's own script, alone.
import {
  type BackendFactory,
  createRedisBackend,
  type RedisQueueBackend,
  raw2NextJobData,
  type WorkerOptions,
} from 'bullmq';
import { TICK_OFF } from './consuming-script.ts';

type Complete = RedisQueueBackend['moveToCompleted'];
type Completed = Awaited<ReturnType<Complete>>;
type Answer = 0 | 1 | readonly [fields: readonly string[], id: string];

interface Done {
  readonly id: string;
  readonly token: string;
  readonly fetchNext: boolean;
  /** As BullMQ does it. */
  readonly alone: () => Promise<Completed>;
  readonly resolve: (completed: Completed | Promise<Completed>) => void;
  readonly reject: (error: unknown) => void;
}

// Everybody else on this Redis waits while a script runs: one of this many jobs takes about a millisecond.
const AT_ONCE = 50;
const COMMAND = 'weirTickOff';

export const createConsumingBackend: BackendFactory<RedisQueueBackend> = (name, options, how) => {
  const backend = createRedisBackend(name, options, how);
  const ask = askingOf(backend, options as Required<WorkerOptions>);
  const moveToCompleted = backend.moveToCompleted.bind(backend);
  let waiting: Done[] = [];

  function tickOffAll(): void {
    const all = waiting;
    waiting = [];
    for (let at = 0; at < all.length; at += AT_ONCE) tickOff(all.slice(at, at + AT_ONCE), ask);
  }

  const gathered: Complete = (job, ...rest) => {
    const [, removeOnComplete, token, fetchNext] = rest;
    const alone = () => moveToCompleted(job, ...rest);
    if (removeOnComplete !== true || job.id === undefined) return alone();
    const { promise, resolve, reject } = Promise.withResolvers<Completed>();
    if (waiting.length === 0) setImmediate(tickOffAll);
    waiting.push({ id: job.id, token, fetchNext, alone, resolve, reject });
    return promise;
  };
  return Object.assign(backend, { moveToCompleted: gathered });
};

type Ask = (done: readonly Done[], now: number) => Promise<readonly Answer[]>;

function askingOf(backend: RedisQueueBackend, { lockDuration }: Required<WorkerOptions>): Ask {
  const { wait, active, delayed, meta, marker, stalled } = backend.keys;
  const keys = [wait, active, delayed, meta, marker, stalled];
  let isDefined = false;
  return async (done, now) => {
    const client = await backend.client;
    if (!isDefined) client.defineCommand(COMMAND, { numberOfKeys: keys.length, lua: TICK_OFF });
    isDefined = true;
    const jobs = done.flatMap(({ id, token, fetchNext }) => [id, token, fetchNext ? 1 : 0]);
    return client.runCommand(COMMAND, [...keys, backend.toKey(''), now, lockDuration, ...jobs]);
  };
}

async function tickOff(done: readonly Done[], ask: Ask): Promise<void> {
  const finishedOn = Date.now();
  try {
    const answers = await ask(done, finishedOn);
    done.forEach(({ alone, resolve }, at) => {
      const answer = answers[at] ?? 0;
      if (answer === 0) resolve(alone());
      else resolve({ finishedOn, result: answer === 1 ? undefined : raw2NextJobData([...answer, 0, 0]) });
    });
  } catch (error) {
    for (const { reject } of done) reject(error);
  }
}
