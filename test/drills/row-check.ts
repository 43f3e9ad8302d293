// What a client saw, and the row of its request → what is untrue in the row, or null.
import type { Row } from '../support/ledger.ts';
import { INPUT_TOKENS, type Visit } from '../support/visit.ts';

/** A gateway that was killed may have a `gateway_lost` row for every request whose end nobody saw. */
export function faultIn(row: Row | undefined, visit: Visit, killed: boolean): string | null {
  if (killed && row?.['reason'] === 'gateway_lost') return visit.saw === 'all' ? 'its end was seen' : inventionIn(row);
  if (visit.saw === 'broken') return faultOfBroken(row, visit, killed);
  if (row === undefined) return visit.saw === 'refused' ? null : 'there is none';
  if (row['status'] === 'ok' && leftLate(visit)) return faultIn(row, { ...visit, saw: 'all' }, false);
  const wrong = Object.entries(expectedOf(visit)).find(([column, value]) => row[column] !== value);
  return wrong === undefined ? null : `${wrong[0]} is not ${wrong[1]}`;
}

/** Nobody may be told neither an end nor an error by a gateway that lives. */
function faultOfBroken(row: Row | undefined, visit: Visit, killed: boolean): string | null {
  if (!killed) return 'its client was told nothing';
  return row === undefined ? null : faultIn(row, { ...visit, saw: 'all' }, false);
}

/** On a busy machine all may be there for the one who only now comes to leave. */
const leftLate = ({ saw, ms, tokens, everyMs }: Visit) => saw === 'left' && ms > tokens * everyMs;

/** What nobody knows is no zero. */
function inventionIn(row: Row): string | null {
  return row['usage_source'] === 'none' && row['cost'] === null ? null : 'what nobody knows has a number';
}

function expectedOf({ saw, tokens, code }: Visit): Record<string, unknown> {
  const all = { usage_source: 'reported', input_tokens: INPUT_TOKENS, output_tokens: tokens };
  if (saw === 'all') return { status: 'ok', reason: null, ...all };
  if (saw === 'left') return { status: 'aborted', reason: 'client_disconnected', ...all };
  if (saw === 'stalled') return { status: 'aborted', reason: 'client_stalled', ...all };
  return { status: 'error', reason: code };
}
