// The text of a caller's header: UTF-8, though Node hands headers over as Latin-1. One that is longer than the ledger keeps
// is refused by its name, never cut: two ids with one beginning would become one.
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { INDEXED_LENGTH } from '@weir/ledger/completion';
import { WeirError } from '../../errors.ts';

/** Null where there is none. */
export function textOf(headers: IncomingHttpHeaders, name: string, maxLength = INDEXED_LENGTH): string | null {
  const value = headers[name];
  if (value === undefined || value === '') return null;
  const text = decoded(String(value));
  if (text.length <= maxLength) return text;
  const detail = `\`${name}\` must not be longer than ${maxLength} characters.`;
  throw new WeirError('invalid_request', { detail });
}

/** Bytes that are no UTF-8 are read as Latin-1: replaced, two different ids could become one. */
function decoded(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1;
}
