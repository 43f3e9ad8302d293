// Settings that both apps read, and mean the same by.
import { oneOf, text, url } from './kinds.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const logLevel = oneOf({
  env: 'LOG_LEVEL',
  values: LOG_LEVELS,
  fallback: 'info',
  help: `what is logged: ${LOG_LEVELS.join(', ')}`,
});

/** Nobody but who is on this machine, unless it is said. */
export const metricsHost = text({
  env: 'METRICS_HOST',
  fallback: '127.0.0.1',
  help: 'the address that /metrics and /healthz are served on, without a password',
});

/** Where `npm start` keeps its own Postgres, and where everything else looks when it is told nothing. */
export const EMBEDDED_DATABASE_URL = 'postgresql://weir:weir@127.0.0.1:54329/weir';

export const databaseUrl = url({
  env: 'DATABASE_URL',
  schemes: ['postgresql', 'postgres'],
  fallback: EMBEDDED_DATABASE_URL,
  secret: true,
  help: 'Postgres: the ledger, and the queue where there is no Redis (default: the embedded one)',
});

export const redisUrl = url<string | undefined>({
  env: 'REDIS_URL',
  schemes: ['redis', 'rediss'],
  fallback: undefined,
  secret: true,
  help: 'Redis: the queue (absent: the queue runs on Postgres)',
});

export const queuePrefix = text({
  env: 'QUEUE_PREFIX',
  fallback: 'weir',
  help: "the queue's key prefix on Redis, and its schema on Postgres",
});
