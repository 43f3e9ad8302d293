// Entries → rows as Postgres reads them: JSON with a member for each column, without what only the pricing needed.
import { Prisma } from '../generated/client.ts';
import type { Entry } from './ledger.ts';

const FIELDS = Object.values(Prisma.CompletionScalarFieldEnum);
const nameOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const NAMES: readonly (readonly [name: string, field: keyof Entry])[] = FIELDS.map((field) => [nameOf(field), field]);

/** Every column of the table, as SQL lists them. */
export const COLUMNS = NAMES.map(([name]) => `"${name}"`).join(', ');

export function rowsJson(entries: readonly Entry[]): string {
  return JSON.stringify(entries.map(rowOf));
}

function rowOf(entry: Entry): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, field] of NAMES) row[name] = entry[field];
  return row;
}
