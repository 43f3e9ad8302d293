// Where the queue lives: on Redis where there is one, else in Postgres. Both speak BullMQ; the apps cannot tell.
import type { BackendFactory, IQueueBackend } from 'bullmq';
import { createReconnectingBackend } from './reconnecting-postgres.ts';

/** The one queue there is: completions on their way to the ledger. */
export const QUEUE_NAME = 'completions';

export interface QueueLocation {
  readonly redisUrl?: string | undefined;
  readonly databaseUrl: string;
  /** Key prefix on Redis, schema on Postgres. */
  readonly prefix: string;
}

/** What BullMQ's constructors want to know: the options, and who understands them. */
export function backendOf(
  location: QueueLocation,
  timeoutMs?: number,
): {
  connection: Record<string, unknown>;
  prefix?: string;
  factory: BackendFactory<IQueueBackend, Record<string, unknown>> | undefined;
} {
  const { redisUrl, databaseUrl, prefix } = location;
  if (redisUrl !== undefined) {
    // BullMQ's own pause between two attempts to reconnect grows to 20 s: as long an outage after the outage.
    const retryStrategy = (attempts: number) => Math.min(attempts * 100, 2000);
    const connection = { url: redisUrl, maxRetriesPerRequest: null, retryStrategy };
    return { connection, prefix, factory: undefined };
  }
  const connection = {
    connectionString: databaseUrl,
    schema: prefix,
    application_name: 'weir queue',
    connectionTimeoutMillis: timeoutMs ?? 5000,
    // What is given up must not wait on in the server for a lock: each would keep a connection there.
    ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs, statement_timeout: timeoutMs }),
    keepAlive: true,
  };
  return { connection, factory: createReconnectingBackend as BackendFactory<IQueueBackend, Record<string, unknown>> };
}
