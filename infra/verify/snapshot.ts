// One look at the whole installation: every request, by its id, in each place where it may be between its provider and
// its row. The ids alone: nothing else of a record is kept here.
import type { RowCount } from '../counts/ledger-rows.ts';
import type { MinuteRows } from '../counts/shortage.ts';
import type { Jobs } from '../queue/ids-in-queue.ts';
import type { MinuteCount } from '../register/register.ts';

export interface Snapshot {
  readonly gateways: ReadonlyMap<string, OpenAtGateway>;
  readonly slots: readonly SpoolSlot[];
  readonly jobs: Jobs;
  /** Of the ids in all places: the reason that the row gives, null where it is ok. */
  readonly rows: ReadonlyMap<string, string | null>;
  /** The ids that were asked about. */
  readonly named: readonly string[];
  /** Completions that an earlier look found in the queue or the spool, and whose rows had not come then. */
  readonly promised: readonly string[];
  /** What gateways counted, and is not settled yet. */
  readonly counts: readonly MinuteCount[];
  /** Of all minutes that are in the counts, or were in those of an earlier look. */
  readonly minuteRows: MinuteRows;
  /** Of all rows that there are. */
  readonly total: RowCount;
}

export interface OpenAtGateway {
  readonly beats: number;
  readonly openings: readonly string[];
}

export interface SpoolSlot {
  /** A process that lives has it in its care. */
  readonly alive: boolean;
  /** Left by another process than the one that has it now. */
  readonly adopted: boolean;
  /** Neither closed nor withdrawn in here. */
  readonly openings: readonly string[];
  readonly closes: readonly string[];
}
