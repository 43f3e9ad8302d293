// An entry → its row: every column under the entry's own name, without what only the pricing needed.
import { Prisma } from '../generated/client.ts';
import type { Entry } from './ledger.ts';

export type Row = Prisma.CompletionCreateManyInput;

export function rowOf(entry: Entry): Row {
  const { version, billed, pricedAs, priceOverride, usage, price, tags, ...columns } = entry;
  return { ...columns, usage: jsonOf(usage), price: jsonOf(price), tags: jsonOf(tags) };
}

/** Absent is SQL's NULL, which Prisma tells apart from a JSON null. */
function jsonOf(value: object | null): Prisma.InputJsonObject | typeof Prisma.DbNull {
  return value === null ? Prisma.DbNull : (value as Prisma.InputJsonObject);
}
