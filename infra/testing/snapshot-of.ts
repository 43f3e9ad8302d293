// Looks as a test describes them: in few words what is where, and nothing anywhere else.
import type { Jobs } from '../queue/ids-in-queue.ts';
import type { MinuteCount } from '../register/register.ts';
import type { Snapshot, SpoolSlot } from '../verify/snapshot.ts';

interface SnapshotParts {
  /** Each with its beats and its openings. */
  readonly gateways?: Readonly<Record<string, readonly [beats: number, ...openings: string[]]>>;
  readonly slots?: readonly Partial<SpoolSlot>[];
  readonly jobs?: Partial<Jobs>;
  readonly rows?: Readonly<Record<string, string | null>>;
  readonly counts?: readonly MinuteCount[];
  /** By minute, then by gateway. */
  readonly minuteRows?: Readonly<Record<number, Readonly<Record<string, number>>>>;
  readonly named?: readonly string[];
  readonly promised?: readonly string[];
}

export function snapshotOf(parts: SnapshotParts): Snapshot {
  const { gateways = {}, slots = [], jobs = {}, rows = {}, counts = [], minuteRows = {}, ...due } = parts;
  const open = Object.entries(gateways).map(([name, [beats, ...openings]]) => [name, { beats, openings }] as const);
  return {
    gateways: new Map(open),
    slots: slots.map((slot) => ({ alive: true, adopted: false, openings: [], closes: [], ...slot })),
    jobs: { waiting: [], active: [], delayed: [], failed: [], ...jobs },
    rows: new Map(Object.entries(rows)),
    counts,
    minuteRows: new Map(
      Object.entries(minuteRows).map(([minute, some]) => [Number(minute), new Map(Object.entries(some))]),
    ),
    named: [],
    promised: [],
    total: { rows: Object.keys(rows).length, estimated: false },
    ...due,
  };
}
