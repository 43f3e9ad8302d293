// A record in the spool: one verb, at one time. One that another process left may be of a newer release: what is not
// known of it must not be guessed, so it is read whole or not at all.
import { completionSchema } from '@weir/ledger/completion';
import { openingSchema } from '@weir/ledger/opening';
import { z } from 'zod';

const at = z.number();

const recordSchema = z.discriminatedUnion('verb', [
  z.strictObject({ at, verb: z.literal('open'), opening: openingSchema }),
  z.strictObject({ at, verb: z.literal('close'), completion: completionSchema }),
  z.strictObject({ at, verb: z.literal('withdraw'), opening: openingSchema }),
]);

export type SpoolRecord = Readonly<z.output<typeof recordSchema>>;

/** Undefined where this release cannot read it. */
export function readRecord(record: object): SpoolRecord | undefined {
  try {
    return recordSchema.safeParse(record).data;
  } catch {
    return undefined; // nested deeper than the stack
  }
}

/** As far as a record of any release may be trusted: a verb, and what it was said of. */
export interface UnreadRecord {
  readonly verb?: unknown;
  readonly opening?: unknown;
  readonly completion?: unknown;
}

export const isReadable = (record: object): boolean => readRecord(record) !== undefined;
export const isStrange = (record: object): boolean => !isReadable(record);

const SPEAKABLE = /^[a-z][a-z_-]{0,31}$/i;

/** What may be logged of one that cannot be read: `close`, `reopen (version 2)`. Whatever else it says may be anything. */
export function labelOf({ verb, opening, completion }: UnreadRecord): string {
  const said = typeof verb === 'string' && SPEAKABLE.test(verb) ? verb : 'unknown';
  const { version } = ((opening ?? completion) || {}) as { version?: unknown };
  return typeof version === 'number' ? `${said} (version ${version})` : said;
}
