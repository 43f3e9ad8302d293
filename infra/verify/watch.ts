// Looks again and again → the last verdict: when nothing is missing and what was on its way at first has come, or when the
// time is up. What comes onto its way meanwhile is not waited for: on a busy system something always is.
import { setTimeout as pause } from 'node:timers/promises';
import { type Report, sumOf } from './report.ts';
import type { Snapshot } from './snapshot.ts';
import { Away, type Due } from './take-snapshot.ts';
import { isComplete, verdictOf } from './verdict.ts';

// A living gateway's heart beats once a second.
const BETWEEN_LOOKS_MS = 2500;

interface WatchOptions {
  readonly take: (due: Due) => Promise<Snapshot>;
  /** Ids that must have rows. */
  readonly named: readonly string[];
  readonly waitMs: number;
  readonly say: (progress: string) => void;
  readonly betweenMs?: number;
}

/** Rejects with Away where a server is, and still is when the time is up. */
export async function watch({ take, named, waitMs, say, betweenMs = BETWEEN_LOOKS_MS }: WatchOptions): Promise<Report> {
  const until = performance.now() + waitMs;
  const isLast = () => performance.now() + betweenMs > until;
  let awaited: ReadonlySet<string> | undefined;
  let before = await look();
  for (;;) {
    await pause(betweenMs);
    const now = await look(before);
    const verdict = verdictOf(before, now);
    const { missing, onTheWay } = verdict;
    awaited = new Set([...(awaited ?? onTheWay), ...missing.keys()]);
    const late = [...awaited].filter((id) => onTheWay.has(id));
    if ((isComplete(verdict) && late.length === 0) || isLast()) {
      return { verdict, look: now, late: waitMs > 0 ? late : [] };
    }
    tell(sumOf(verdict));
    before = now;
  }

  async function look(earlier?: Snapshot): Promise<Snapshot> {
    const promised = earlier === undefined ? [] : promisedBy(earlier);
    const minutes = earlier === undefined ? [] : earlier.counts.map(({ minute }) => minute);
    for (;;) {
      try {
        return await take({ named, promised, minutes });
      } catch (error) {
        if (!(error instanceof Away) || isLast()) throw error;
        tell(error.message);
      }
      await pause(betweenMs);
    }
  }

  function tell(what: string): void {
    say(`${what}; looking again, for ${Math.max(1, Math.ceil((until - performance.now()) / 1000))} s at most`);
  }
}

/** Completions that are in the queue or the spool: sooner or later, each is a row. */
function promisedBy({ jobs, slots, promised, rows }: Snapshot): string[] {
  const known = [...Object.values(jobs).flat(), ...slots.flatMap(({ closes }) => closes), ...promised];
  return [...new Set(known)].filter((id) => !rows.has(id));
}
