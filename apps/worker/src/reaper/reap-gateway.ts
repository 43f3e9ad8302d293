// One page of what a gone gateway left open → completions on the queue, which say `gateway_lost`. Decides about no row: the
// ledger does, and the request's own completion, if it comes after all, takes the place of what is written here.
import type { Log } from '@weir/infra/log';
import type { CompletionQueue } from '@weir/infra/queue';
import { jobIdOf } from '@weir/infra/queue/job-id';
import type { Register } from '@weir/infra/register';
import { withTimeout } from '@weir/infra/time';
import { lostCompletion, type Opening, openingSchema } from '@weir/ledger/opening';
import type { Gone } from './liveness.ts';
import type { ReaperMetrics } from './reaper-metrics.ts';
import type { Unreadable } from './unreadable-openings.ts';

const PAGE = 500;
const PATIENCE_MS = 2000;
// Where nothing is left but what only a newer version can read.
const REST_MS = 60_000;

export interface ReapDeps {
  readonly register: Pick<Register, 'openingsOf' | 'retire' | 'leave'>;
  readonly queue: Pick<CompletionQueue, 'addBulk'>;
  readonly unreadable: Unreadable;
  readonly metrics: ReaperMetrics;
  readonly log: Log;
}

/** Any number of workers may do this at once, and any of them may be killed in the midst of it. */
export async function reap({ gateway, beats, aliveAtMs }: Gone, deps: ReapDeps): Promise<void> {
  const { register, queue, unreadable, metrics, log } = deps;
  // 1. A page of the openings is read, one that reaches past those which cannot be read. A crash after this: nothing has
  //    happened.
  const wanted = PAGE + unreadable.countOf(gateway);
  const records = await register.openingsOf(gateway, wanted);
  const { openings, others } = sorted(records);
  const areAll = records.length > 0 && records.length === others.length && records.length < wanted;
  unreadable.note(gateway, others, areAll ? performance.now() + REST_MS : 0);
  if (openings.length > 0) {
    // 2. They go on the queue. A crash after this, or another worker that did the same: they stand in the register, and
    //    are put on the queue once more. It drops the ones it has; of the others, the ledger knows the row.
    await put(queue, openings, lastSignOfLife(aliveAtMs));
    metrics.reaped(openings.length);
    log.warn({ gateway, count: openings.length }, 'openings.reaped');
    // 3. They are retired. A crash in the midst of this: the rest goes on the queue once more, as above.
    await Promise.all(openings.map(({ id }) => register.retire(gateway, id)));
  }
  // 4. None is left: the heartbeat is forgotten. A crash before this: the next look, here or elsewhere, finds a gateway
  //    that is gone and left nothing, and does it then. A gateway that has beaten meanwhile stays.
  if (records.length === 0) await register.leave(gateway, beats);
}

function sorted(records: readonly unknown[]): { openings: Opening[]; others: unknown[] } {
  const read = records.map((record) => ({ record, opening: openingSchema.safeParse(record).data }));
  return {
    openings: read.flatMap(({ opening }) => opening ?? []),
    others: read.filter(({ opening }) => opening === undefined).map(({ record }) => record),
  };
}

/** A gateway that was never seen alive here was, for all that is known, when it accepted the request. */
const lastSignOfLife = (aliveAtMs: number | undefined): Date =>
  new Date(aliveAtMs === undefined ? 0 : Date.now() - (performance.now() - aliveAtMs));

async function put(queue: ReapDeps['queue'], openings: readonly Opening[], lostAt: Date): Promise<void> {
  const completions = openings.map((opening) => lostCompletion(opening, lostAt));
  const jobs = completions.map((data) => ({ name: 'completion', data, opts: { jobId: jobIdOf(data) } }));
  // BullMQ on Redis waits for a connection without end. What it then adds after all, it has been given twice.
  await withTimeout(queue.addBulk(jobs), PATIENCE_MS, () => new Error(`the queue did not answer in ${PATIENCE_MS} ms`));
}
