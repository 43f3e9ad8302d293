// The worker's settings, and the only reader of process.env here.

import type { QueueLocation } from '@weir/infra/queue';
import { loadSettings, orExit, readSettings, type Values } from '@weir/infra/settings';
import { databaseUrl, logLevel, metricsHost, queuePrefix, redisUrl } from '@weir/infra/settings/both-apps';
import { integer, milliseconds, port } from '@weir/infra/settings/kinds';

const queueSettings = { databaseUrl, redisUrl, queuePrefix };

export const workerSettings = {
  ...queueSettings,
  batchSize: integer({
    env: 'BATCH_SIZE',
    min: 1,
    max: 1000,
    fallback: 500,
    help: 'rows in one insert at most; twice as many completions are in hand at once',
  }),
  gatewayLostAfterMs: milliseconds({
    env: 'GATEWAY_LOST_AFTER_MS',
    min: 2000,
    fallback: 15_000,
    help: 'how long the heartbeat of a gateway may stand still until the requests that it left open become rows',
  }),
  jobLockMs: milliseconds({
    env: 'JOB_LOCK_MS',
    min: 500,
    fallback: 10_000,
    help: 'how long the completions that a worker has in hand are its own: another takes those of a killed one later',
  }),
  metricsHost,
  metricsPort: port({ env: 'METRICS_PORT', fallback: 9465, help: '/metrics and /healthz' }),
  shutdownTimeoutMs: milliseconds({
    env: 'SHUTDOWN_TIMEOUT_MS',
    fallback: 30_000,
    help: 'how long it may take, when told to stop, to write what it holds',
  }),
  logLevel,
};

export type WorkerSettings = Values<typeof workerSettings>;

export const loadWorkerSettings = (): WorkerSettings =>
  loadSettings(workerSettings, {
    command: 'npm run worker --',
    summary: 'writes completions from the queue to Postgres',
  });

/** Where the queue is, from the environment alone: for commands whose flags mean something else. */
export const loadQueueLocation = (): QueueLocation =>
  queueLocationOf(orExit(() => readSettings(queueSettings, { env: process.env, argv: [] })));

export function queueLocationOf(settings: Values<typeof queueSettings>): QueueLocation {
  return { databaseUrl: settings.databaseUrl, redisUrl: settings.redisUrl, prefix: settings.queuePrefix };
}
