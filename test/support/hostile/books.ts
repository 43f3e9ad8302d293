// The x-request-ids that the providers were asked with, and the rows → how many each attack should have, and what is missing
// or double. What is passed through has no row.
import type { Row } from '../ledger.ts';

const UNMETERED = 'unmetered-';
const STRAIGHT = 'straight-';

/** `tag` tells one attack's from another's. */
export function createIds(tag: string): (kind?: 'unmetered') => string {
  let given = 0;
  return (kind) => {
    given += 1;
    return `${kind === undefined ? '' : UNMETERED}${tag}-${given}`;
  };
}

export interface Account {
  readonly expected: number;
  readonly found: number;
}

export const isMetered = (id: string) => id !== '' && !id.startsWith(UNMETERED) && !id.startsWith(STRAIGHT);

export function accountOf(tag: string, asked: ReadonlySet<string>, rows: readonly Row[]): Account {
  const ofTag = (id: string) => id.startsWith(`${tag}-`);
  return {
    expected: [...asked].filter(ofTag).length,
    found: rows.map(callerOf).filter(ofTag).length,
  };
}

export function imbalancesIn(asked: ReadonlySet<string>, rows: readonly Row[]): string[] {
  const byId = Map.groupBy(rows, callerOf);
  const uncounted = [...asked].filter((id) => isMetered(id) && byId.get(id)?.length !== 1);
  const uninvited = [...byId].filter(
    ([id, some]) => !asked.has(id) && some.some((row) => row['reason'] !== 'gateway_lost'),
  );
  return [
    ...uncounted.map((id) => `${id}: asked once, and has ${byId.get(id)?.length ?? 0} rows`),
    ...uninvited.map(([id, some]) => `${id || 'without an id'}: never asked, and has ${some.length} rows`),
  ];
}

const callerOf = (row: Row) => String(row['caller_request_id'] ?? '');
