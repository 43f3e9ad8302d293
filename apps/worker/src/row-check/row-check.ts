// Holds what the gateways counted against the ledger's rows, again and again: what was closed, is in no row, and is not on
// its way to one, is missing, though nobody knows any more which request it was.

import type { LedgerRows } from '@weir/infra/counts/ledger-rows';
import { inWords, minuteOf, oldestKept } from '@weir/infra/counts/minute';
import { type Shortage, type Standing, settledIn, shortagesOf } from '@weir/infra/counts/shortage';
import type { Log } from '@weir/infra/log';
import { SayOnce } from '@weir/infra/log/say-once';
import type { CompletionQueue } from '@weir/infra/queue';
import { idsInQueue, JOB_STATES } from '@weir/infra/queue/ids';
import { queueLate } from '@weir/infra/queue/late';
import type { MinuteCount, Register } from '@weir/infra/register';
import { withTimeout } from '@weir/infra/time';
import type { RowCheckMetrics } from './row-check-metrics.ts';

// Longer than this, a queue is not gone through: what is missing is told when it is shorter.
const MOST_JOBS = 50_000;
const PATIENCE_MS = 5000;

export interface RowChecked {
  readonly register: Pick<Register, 'counts' | 'gateways' | 'forget'>;
  readonly queue: Pick<CompletionQueue, 'getJobCountByTypes' | 'getRanges'>;
  readonly rows: Pick<LedgerRows, 'perMinute'>;
  readonly metrics: RowCheckMetrics;
  readonly log: Log;
  /** Aborted when the process is to end: what fails then is no news. */
  readonly stopping: AbortSignal;
}

export interface RowCheck {
  /** Never rejects. */
  look(): Promise<void>;
}

export function createRowCheck({ register, queue, rows, metrics, log, stopping }: RowChecked): RowCheck {
  let before: Standing | undefined;
  let told: ReadonlyMap<string, number> = new Map();
  const unchecked = new SayOnce();

  async function look(): Promise<void> {
    try {
      const now = await standing();
      if (now === undefined) return metrics.unknown();
      if (before !== undefined) await judge(before, now);
      before = now;
      unchecked.ends(() => log.info('rows.checked'));
    } catch (error) {
      metrics.unknown();
      if (!stopping.aborted) unchecked.begins(() => log.warn({ error }, 'rows.unchecked'));
    }
  }

  /** In the order in which a request passes by: what moves on meanwhile is met again further along. */
  async function standing(): Promise<Standing | undefined> {
    const gateways = new Set((await register.gateways()).keys());
    const counts = await youngCounts();
    const minutes = [...counts, ...(before?.counts ?? [])].map(({ minute }) => minute);
    if (minutes.length === 0) return { counts, gateways, onTheWay: new Map(), rows: new Map() };
    if ((await inTime(queue.getJobCountByTypes(...JOB_STATES))) > MOST_JOBS) return undefined;
    const queued = new Set(Object.values(await inTime(idsInQueue(queue))).flat());
    const perMinute = Map.groupBy(queued, minuteOf);
    const onTheWay = new Map([...perMinute].map(([minute, ids]) => [minute, ids.length]));
    return { counts, gateways, onTheWay, rows: await rows.perMinute(minutes) };
  }

  /** What is missing for a day is told no longer. */
  async function youngCounts(): Promise<MinuteCount[]> {
    const oldest = oldestKept();
    const { young = [], old = [] } = Object.groupBy(await register.counts(), ({ minute }) =>
      minute < oldest ? 'old' : 'young',
    );
    await register.forget(old);
    return young;
  }

  async function judge(earlier: Standing, now: Standing): Promise<void> {
    const shortages = shortagesOf(earlier, now);
    const missing = totalsOf(shortages);
    const gateways = new Set([...now.gateways, ...now.counts.map(({ gateway }) => gateway)]);
    metrics.missing(new Map([...gateways].map((gateway) => [gateway, missing.get(gateway) ?? 0])));
    tell(missing, shortages);
    await register.forget(settledIn(earlier, now));
  }

  function tell(missing: ReadonlyMap<string, number>, shortages: readonly Shortage[]): void {
    for (const [gateway, count] of missing) {
      if (count === told.get(gateway)) continue;
      const minutes = shortages.filter((one) => one.gateway === gateway).map(({ minute }) => minute);
      const [from, to] = [Math.min(...minutes), Math.max(...minutes)].map(inWords);
      log.error({ gateway, missing: count, from, to }, 'rows.missing');
    }
    for (const gateway of told.keys()) if (!missing.has(gateway)) log.info({ gateway }, 'rows.found');
    told = missing;
  }
  return { look };
}

/** By gateway. */
function totalsOf(shortages: readonly Shortage[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { gateway, missing } of shortages) totals.set(gateway, (totals.get(gateway) ?? 0) + missing);
  return totals;
}

const inTime = <T>(answer: Promise<T>): Promise<T> => withTimeout(answer, PATIENCE_MS, queueLate);
