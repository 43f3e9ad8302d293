// One look at the whole installation: every request, by its id, in each place where it may be between its provider and
// its row. The ids alone: nothing else of a record is kept here.

export const JOB_STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

export type Jobs = Readonly<Record<(typeof JOB_STATES)[number], readonly string[]>>;

export interface Look {
  readonly gateways: ReadonlyMap<string, OpenAtGateway>;
  readonly slots: readonly SpoolSlot[];
  readonly jobs: Jobs;
  /** Of the ids in all places: the reason that the row gives, null where it is ok. */
  readonly rows: ReadonlyMap<string, string | null>;
  /** The ids that were asked about. */
  readonly named: readonly string[];
  /** Completions that an earlier look found in the queue or the spool, and whose rows had not come then. */
  readonly promised: readonly string[];
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

export interface RowCount {
  readonly rows: number;
  /** By the database itself: there are too many to count. */
  readonly estimated: boolean;
}
