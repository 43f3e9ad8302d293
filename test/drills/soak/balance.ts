// What was asked, what clients saw and what rows there are → what of it does not balance: one row for each request that
// the provider was asked, which says what its client saw, and none for others but `gateway_lost`.
import type { Row } from '../../support/ledger.ts';
import type { Visit } from '../../support/visit.ts';
import { faultIn } from '../row-check.ts';
import type { Troubled } from './trouble.ts';

export interface Books {
  /** The x-request-ids that the provider saw. */
  readonly asked: ReadonlySet<string>;
  readonly visits: readonly Visit[];
  readonly troubled: readonly Troubled[];
  /** The URLs of gateways that were killed. */
  readonly killed: ReadonlySet<string>;
  readonly rows: readonly Row[];
}

export function imbalancesIn({ asked, visits, troubled, killed, rows }: Books): string[] {
  const byId = Map.groupBy(rows, ({ caller_request_id: id }) => String(id));
  const rowOf = (id: string) => byId.get(id)?.[0];
  const uncounted = [...asked].filter((id) => byId.get(id)?.length !== 1);
  const uninvited = [...byId].filter(([id, some]) => !asked.has(id) && !isOneLost(some));
  return [
    ...uncounted.map((id) => `${id} was asked once, and has ${inWords(byId.get(id))}`),
    ...uninvited.map(([id, some]) => `${id} was never asked, and has ${inWords(some)}`),
    ...visits.flatMap((visit) => visitImbalance(rowOf(visit.id), visit, killed)),
    ...troubled.flatMap((one) => troubledImbalance(rowOf(one.id), one, killed)),
  ];
}

function visitImbalance(row: Row | undefined, visit: Visit, killed: ReadonlySet<string>): string[] {
  const { id, url, behaviour, saw, status, code, ms } = visit;
  const words = [behaviour, 'saw', saw, status, code, `after ${Math.round(ms)} ms`];
  const client = `${id} (${words.filter((word) => word !== null).join(' ')})`;
  if (saw === 'turned away') return row === undefined ? [] : [`${client} has ${inWords([row])}`];
  const untruth = (seen: Visit) => faultIn(row, seen, killed.has(url));
  // On a busy machine the whole answer may have been sent when the news of a departure arrives.
  const isLate = saw === 'left' && untruth({ ...visit, saw: 'all' }) === null;
  const why = isLate ? null : untruth(visit);
  return why === null ? [] : [`${client}: ${why}; it has ${inWords(row && [row])}`];
}

/** One without a row was never asked, or is uncounted. */
function troubledImbalance(row: Row | undefined, troubled: Troubled, killed: ReadonlySet<string>): string[] {
  if (row === undefined || row['reason'] === troubled.reason) return [];
  if (killed.has(troubled.url) && row['reason'] === 'gateway_lost') return [];
  return [`${troubled.id} must be ${troubled.reason}, and has ${inWords([row])}`];
}

/** Its gateway died between the opening and the question. */
const isOneLost = (rows: readonly Row[]) => rows.length === 1 && rows[0]?.['reason'] === 'gateway_lost';

const inWords = (rows: readonly Row[] = []): string =>
  rows.length === 0 ? 'no row' : rows.map((row) => `${row['id']} ${row['status']} ${row['reason']}`).join(' and ');
