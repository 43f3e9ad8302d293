// An outage says the same thing hundreds of times a second: of a queue's errors, one every five seconds is logged, with
// the number of those that were not.
import type { Log } from '../log/log.ts';

const QUIET_MS = 5000;

export function createErrorLog(log: Log, now: () => number = Date.now): (error: Error) => void {
  let quietUntil = 0;
  let suppressed = 0;
  return (error) => {
    if (now() < quietUntil) {
      suppressed += 1;
      return;
    }
    const hint = error.name === 'SchemaMigrationRequiredError' ? { hint: 'run `npm run migrate`' } : {};
    log.warn({ error, ...hint, ...(suppressed > 0 ? { suppressed } : {}) }, 'queue.error');
    quietUntil = now() + QUIET_MS;
    suppressed = 0;
  };
}
