// An error that nobody caught: it is logged as every other line is, and the process ends with 1, for its supervisor to
// start another. It does not go on: nobody knows what was left half done.
import type { Log } from '../log/log.ts';

export function endOnFailure(log: Pick<Log, 'fatal'>): void {
  const end = (error: unknown) => {
    log.fatal({ error, stack: error instanceof Error ? error.stack : undefined }, 'process.failed');
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
