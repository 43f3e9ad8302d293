// The worker, wired: queue → handler → ledger, and beside it the reaper and the row check. Starts when what it needs can be reached; stops
// when what it holds is settled.
import { openConsumer } from '@weir/infra/consume';
import type { Log } from '@weir/infra/log';
import { openQueue } from '@weir/infra/queue';
import { createPrismaLedger } from '@weir/ledger/prisma-ledger';
import type { Registry } from 'prom-client';
import { queueLocationOf, type WorkerSettings } from './config.ts';
import type { Health } from './health/health.ts';
import { createInProgress } from './health/in-progress.ts';
import { createQueueMetrics } from './health/queue-metrics.ts';
import { startSampling } from './health/queue-sampler.ts';
import { createHandler, LANES } from './posting/handle-record.ts';
import { untilLedgerIsReady } from './posting/ledger-ready.ts';
import { createWorkerMetrics } from './posting/metrics.ts';
import { createPost } from './posting/post.ts';
import { createRetryingLedger } from './posting/retrying-ledger.ts';
import { createReaperMetrics } from './reaper/reaper-metrics.ts';
import { type Reaping, startReaping } from './reaper/start-reaper.ts';
import { createRowCheckMetrics } from './row-check/row-check-metrics.ts';
import { type RowChecking, startRowChecking } from './row-check/start-row-check.ts';

interface WorkerDeps {
  readonly log: Log;
  readonly registry: Registry;
  readonly health: Health;
  readonly stopping: AbortSignal;
}

export interface Worker {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createWorker(settings: WorkerSettings, { log, registry, health, stopping }: WorkerDeps): Worker {
  const location = queueLocationOf(settings);
  const queue = openQueue(location); // its troubles are the consumer's too, who logs them
  const ledger = createRetryingLedger(createPrismaLedger(settings.databaseUrl), { log, stopping });
  const metrics = createWorkerMetrics(registry);
  const post = createPost(ledger, metrics);
  const handle = createHandler({ post, batchSize: settings.batchSize, metrics, log });
  const inProgress = createInProgress(handle, () => health.settled(performance.now()));
  const { batchSize, jobLockMs: lockMs } = settings;
  const consumer = openConsumer(location, { concurrency: LANES * batchSize, handle: inProgress.handle, lockMs, log });
  createQueueMetrics(registry, queue);
  const sampling = startSampling({ queue, inProgress, health });
  const [reaperMetrics, rowCheckMetrics] = [createReaperMetrics(registry), createRowCheckMetrics(registry)];
  const goneAfterMs = settings.gatewayLostAfterMs;
  let [reaping, rowChecking]: [Reaping?, RowChecking?] = [];

  const start = async () => {
    await untilLedgerIsReady(settings.databaseUrl, log, stopping);
    if (!stopping.aborted) await consumer.start();
    if (stopping.aborted) return;
    const around = { queue, goneAfterMs, log, stopping };
    reaping = startReaping(location, { ...around, metrics: reaperMetrics });
    rowChecking = startRowChecking(location, { ...around, metrics: rowCheckMetrics });
  };
  const stop = async () => {
    sampling.stop();
    const stopped = [reaping?.stop(), rowChecking?.stop()];
    await consumer.stop();
    await Promise.all([...stopped, queue.close(), ledger.close()]);
  };
  return { start, stop };
}
