// An outage says the same thing hundreds of times a second: of a queue's errors, one every five seconds is logged, with
// the number of those that were not.
import type { Log } from '../log/log.ts';

const QUIET_MS = 5000;

export function createErrorLog(log: Log, now: () => number = Date.now): (error: Error) => void {
  let quietUntil = 0;
  let unsaid = 0;
  return (error) => {
    if (now() < quietUntil) {
      unsaid += 1;
      return;
    }
    const cure = error.name === 'SchemaMigrationRequiredError' ? { cure: 'run `npm run migrate`' } : {};
    log.warn({ error, ...cure, ...(unsaid > 0 ? { unsaid } : {}) }, 'queue.error');
    quietUntil = now() + QUIET_MS;
    unsaid = 0;
  };
}
