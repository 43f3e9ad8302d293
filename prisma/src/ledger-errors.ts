// What went wrong in pg or Prisma → whose fault it is: the entries' (EntryRefused), or the ledger's for now
// (LedgerAway). Nothing of an entry gets into a message: Prisma prints the rows it was given, and Postgres quotes values.
import pg from 'pg';
import { Prisma } from '../generated/client.ts';
import { EntryRefused, LedgerAway } from './ledger.ts';

/** The SQLSTATE classes that say no to the value itself. 54 is what breaks a limit, such as a text too long to index. */
const REFUSALS: Record<string, string> = {
  '22': 'a value does not fit its column',
  '23': 'a constraint does not hold',
  '54': 'a value exceeds a limit of Postgres',
};

export function ledgerError(error: unknown): EntryRefused | LedgerAway {
  if (isUnfit(error)) return new EntryRefused('a value is not of its type');
  const sqlState = sqlStateOf(error);
  const rule = REFUSALS[sqlState?.slice(0, 2) ?? ''];
  if (rule !== undefined) return new EntryRefused(`${rule} (SQLSTATE ${sqlState})`);
  return new LedgerAway(`the ledger cannot be written now: ${lastLineOf(error)}`, { cause: error });
}

/** Refused before Postgres was asked: by Prisma's own check, or by the stack's depth, which a JSON can exceed. */
const isUnfit = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientValidationError || error instanceof RangeError;

/** adapter-pg keeps it with its own error, which Prisma hides in `meta`; a broken connection has none. */
function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof pg.DatabaseError) return error.code;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const driver = error.meta?.['driverAdapterError'] as { cause?: { originalCode?: string } } | undefined;
  return driver?.cause?.originalCode;
}

/** Prisma's messages begin with the call that failed, and end with why. */
function lastLineOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n').at(-1) ?? '';
}
