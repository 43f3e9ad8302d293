// A ledger that waits: while the one behind it is away, the same entries are offered again and again, and nobody is told
// but the log, once when it goes and once when it is back. Told to stop, it gives the entries up instead.
import { setTimeout as pause } from 'node:timers/promises';
import { RetryLater } from '@weir/infra/consume';
import type { Log } from '@weir/infra/log';
import { SayOnce } from '@weir/infra/log/say-once';
import { growingPauses } from '@weir/infra/time/growing-pauses';
import { type Entry, type Ledger, LedgerAway, type Posted } from '@weir/ledger/ledger';

interface RetryOptions {
  readonly log: Log;
  /** Aborted when the process is to end. */
  readonly stopping: AbortSignal;
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
}

export function createRetryingLedger(ledger: Ledger, options: RetryOptions): Ledger {
  const { log, stopping, firstPauseMs = 100, longestPauseMs = 5000 } = options;
  const away = new SayOnce();

  const post = async (entries: readonly Entry[]): Promise<Posted> => {
    const nextPauseMs = growingPauses(firstPauseMs, longestPauseMs);
    for (;;) {
      try {
        const posted = await ledger.post(entries);
        away.ends(() => log.info('ledger.back'));
        return posted;
      } catch (error) {
        if (!(error instanceof LedgerAway)) throw error;
        away.begins(() => log.warn({ reason: error.message }, 'ledger.away')); // its cause may quote a row
        await pause(nextPauseMs(), undefined, { signal: stopping }).catch(() => {});
        if (stopping.aborted) throw new RetryLater('the ledger is away, and this worker ends');
      }
    }
  };
  return { post, close: () => ledger.close() };
}
