// What gateways counted, against the rows that there are → for which requests a row is missing, by gateway and minute.
// Asks nobody.
import type { MinuteCount } from '../register/register.ts';

export interface Standing {
  readonly counts: readonly MinuteCount[];
  /** Those in the register: of any other, all openings have become completions on the queue, or rows. */
  readonly gateways: ReadonlySet<string>;
  /** Requests whose completion is on its way to the ledger, by minute. Whose they are is not known. */
  readonly onTheWay: ReadonlyMap<number, number>;
  readonly rows: MinuteRows;
}

/** How many rows each gateway has, by minute. */
export type MinuteRows = ReadonlyMap<number, ReadonlyMap<string, number>>;

export interface Shortage {
  readonly gateway: string;
  readonly minute: number;
  readonly missing: number;
}

/**
 * What was due at the earlier look, and is missing at both: a request that passes from one place to the next while a look
 * goes on may be met in neither. Never too many: what is on its way may be anybody's, and rows that came since make up
 * for others. A gateway that has left, or was taken for dead, owes rows for what it had open, too.
 */
export function shortagesOf(before: Standing, now: Standing): Shortage[] {
  return before.counts
    .map((count) => {
      const due = before.gateways.has(count.gateway) || now.gateways.has(count.gateway) ? count.closed : count.opened;
      const missing = Math.min(lackOf(count, { due, standing: before }), lackOf(count, { due, standing: now }));
      return { gateway: count.gateway, minute: count.minute, missing };
    })
    .filter(({ missing }) => missing > 0);
}

/** Those of which nothing more can come, and nothing is missing. They count again when they change. */
export function settledIn(before: Standing, now: Standing): MinuteCount[] {
  const unchanged = new Set(before.counts.map(inText));
  return now.counts.filter((count) => {
    const isOver = count.closed === count.opened || !now.gateways.has(count.gateway);
    return isOver && unchanged.has(inText(count)) && rowsOf(count, now) >= count.opened;
  });
}

const inText = ({ gateway, minute, opened, closed }: MinuteCount) => [minute, opened, closed, gateway].join(' ');

const rowsOf = ({ gateway, minute }: MinuteCount, { rows }: Standing): number => rows.get(minute)?.get(gateway) ?? 0;

const lackOf = (count: MinuteCount, { due, standing }: { due: number; standing: Standing }): number =>
  due - rowsOf(count, standing) - (standing.onTheWay.get(count.minute) ?? 0);
