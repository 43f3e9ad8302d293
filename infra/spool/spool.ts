// The port to the spool: records that could not go where they belong wait here, on this machine's disk, until they can.
// It owns that they are on the disk when `append` resolves, their order, and whose they are. It does not know what is in
// them.

export interface Spool {
  /** On the disk when it resolves. Rejects with SpoolUnwritable, and then nothing of the record is kept; the next may fit. */
  append(record: object): Promise<void>;
  /**
   * All segments that were not removed yet, oldest first, with all that was appended before. What comes later goes into
   * a segment that is not among these.
   */
  seal(): Promise<readonly Segment[]>;
  /**
   * What processes that are gone left beside ours, and is ours from now on; each is handed out once. What cannot be had
   * now may be the next time. What others kept is handed out too, where any of it is readable here.
   */
  adopt(isReadable?: (record: object) => boolean): Promise<readonly DeadSpool[]>;
  /** Of ours, without what was adopted. */
  stats(): SpoolStats;
  /** Lets go of the directory, and removes it where nothing is in it. */
  close(): Promise<void>;
}

export interface Segment {
  /** In order, and as often as asked for. A torn or damaged record is left out, and logged. */
  records(): AsyncIterable<object>;
  /** One that is gone already is no error. */
  remove(): Promise<void>;
}

/** One dead process's segments, oldest first. */
export interface DeadSpool {
  readonly name: string;
  readonly segments: readonly Segment[];
  /**
   * Of all of it, when nothing of it is needed any more. What is strange stays in the directory, where nothing ships it
   * and nothing removes it, until a process adopts it that can read it.
   */
  remove(isStrange?: (record: object) => boolean): Promise<void>;
}

export interface SpoolStats {
  readonly records: number;
  readonly bytes: number;
  /** When the oldest record was appended, in milliseconds since 1970; null where there is none. */
  readonly oldestAt: number | null;
}

/** The directory cannot be written now: the disk is full, or it is not ours to write. Its message says which. */
export class SpoolUnwritable extends Error {
  readonly code = 'spool_unwritable';
  override readonly name = 'SpoolUnwritable';
}
