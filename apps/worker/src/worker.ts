// The worker, wired: queue → handler → ledger. Starts when both can be reached; stops when what it holds is settled.
import { openConsumer } from '@weir/infra/consume';
import type { Log } from '@weir/infra/log';
import { openQueue } from '@weir/infra/queue';
import { createPrismaLedger } from '@weir/ledger/prisma-ledger';
import type { Registry } from 'prom-client';
import { queueLocationOf, type WorkerSettings } from './config.ts';
import { createHandler, LANES } from './consume.ts';
import { untilLedgerIsReady } from './ledger-ready.ts';
import { createWorkerMetrics } from './metrics.ts';
import { createPatientLedger } from './patient-ledger.ts';
import { createPost } from './post.ts';

interface Around {
  readonly log: Log;
  readonly registry: Registry;
  readonly stopping: AbortSignal;
}

export interface Worker {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createWorker(settings: WorkerSettings, { log, registry, stopping }: Around): Worker {
  const location = queueLocationOf(settings);
  const queue = openQueue(location); // its troubles are the consumer's too, who logs them
  const ledger = createPatientLedger(createPrismaLedger(settings.databaseUrl), { log, stopping });
  const metrics = createWorkerMetrics(registry, queue);
  const post = createPost(ledger, metrics);
  const consumer = openConsumer(location, {
    concurrency: LANES * settings.batchSize,
    handle: createHandler({ post, batchSize: settings.batchSize, metrics, log }),
    log,
  });
  const start = async () => {
    await untilLedgerIsReady(settings.databaseUrl, log, stopping);
    if (!stopping.aborted) await consumer.start();
  };
  const stop = async () => {
    await consumer.stop();
    await Promise.all([queue.close(), ledger.close()]);
  };
  return { start, stop };
}
