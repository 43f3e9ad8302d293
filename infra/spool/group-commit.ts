// Records one by one → groups that are committed together: those that come while a group is on its way are the next.
// One at a time, in order; each caller hears what became of its own group.
import type { Buffer } from 'node:buffer';

export interface GroupCommit {
  append(record: Buffer): Promise<void>;
  /** Runs it after all that came before, and before all that comes later. */
  alone<T>(act: () => Promise<T>): Promise<T>;
}

interface Group {
  readonly records: Buffer[];
  bytes: number;
  committed: Promise<void>;
}

export function createGroupCommit(
  commit: (records: readonly Buffer[]) => Promise<void>,
  { maxBytes }: { maxBytes: number },
): GroupCommit {
  let turn: Promise<unknown> = Promise.resolve();
  let open: Group | undefined;

  function alone<T>(act: () => Promise<T>): Promise<T> {
    open = undefined;
    const done = turn.then(act);
    turn = done.catch(() => undefined);
    return done;
  }

  function openGroup(): Group {
    const records: Buffer[] = [];
    const committed = alone(() => {
      if (open === group) open = undefined;
      return commit(records);
    });
    const group: Group = { records, bytes: 0, committed };
    return group;
  }

  function append(record: Buffer): Promise<void> {
    if (open === undefined || open.bytes + record.length > maxBytes) open = openGroup();
    open.records.push(record);
    open.bytes += record.length;
    return open.committed;
  }

  return { append, alone };
}
