// Looks as a test describes them: in few words what is where, and nothing anywhere else.
import type { Jobs, Look, SpoolSlot } from './look.ts';

interface Described {
  /** Each with its beats and its openings. */
  readonly gateways?: Readonly<Record<string, readonly [beats: number, ...openings: string[]]>>;
  readonly slots?: readonly Partial<SpoolSlot>[];
  readonly jobs?: Partial<Jobs>;
  readonly rows?: Readonly<Record<string, string | null>>;
  readonly named?: readonly string[];
  readonly promised?: readonly string[];
}

export function lookOf({ gateways = {}, slots = [], jobs = {}, rows = {}, ...due }: Described): Look {
  const open = Object.entries(gateways).map(([name, [beats, ...openings]]) => [name, { beats, openings }] as const);
  return {
    gateways: new Map(open),
    slots: slots.map((slot) => ({ alive: true, adopted: false, openings: [], closes: [], ...slot })),
    jobs: { waiting: [], active: [], delayed: [], failed: [], ...jobs },
    rows: new Map(Object.entries(rows)),
    named: [],
    promised: [],
    total: { rows: Object.keys(rows).length, estimated: false },
    ...due,
  };
}
