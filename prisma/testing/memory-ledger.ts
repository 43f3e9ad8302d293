// The ledger in memory, under the same contract. It takes exactly what the contract describes: anything else is refused,
// where Postgres would refuse it or store something slightly different.
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { asReplay, claimOf } from '../src/billed-once.ts';
import { completionSchema } from '../src/completion.ts';
import { distinct, keyOf, supersedes } from '../src/distinct.ts';
import { type Entry, EntryRefused, type Ledger } from '../src/ledger.ts';
import { COST_SOURCES, priceSchema } from '../src/pricing/price.ts';

const numeric20x12 = z.string().regex(/^\d{1,8}(\.\d{1,12})?$/);
const entrySchema = completionSchema.extend({
  httpStatus: z.int32(),
  upstreamStatus: z.int32().nullable(),
  cost: numeric20x12.nullable(),
  costSource: z.enum(COST_SOURCES).nullable(),
  price: priceSchema.nullable(),
});

export function createMemoryLedger(): Ledger & { rows(): readonly Entry[] } {
  const stored = new Map<string, Entry>();
  const billed = new Map<string, string>();
  /** As it stands where it is the first of its response, and as one more reading of it where it is not. */
  const once = (entry: Entry): Entry => {
    const claim = claimOf(entry);
    if (claim !== null && !billed.has(claim)) billed.set(claim, keyOf(entry));
    return claim === null || billed.get(claim) === keyOf(entry) ? entry : asReplay(entry);
  };
  return {
    post: async (entries) => {
      const posted = { written: 0, replaced: 0, known: 0 };
      const replays: string[] = [];
      for (const entry of distinct(entries.map(storable))) {
        const told = once(entry);
        if (told !== entry) replays.push(entry.id);
        posted[place(stored, told)] += 1;
      }
      return { ...posted, replays };
    },
    close: async () => undefined,
    rows: () => [...stored.values()],
  };
}

function place(stored: Map<string, Entry>, entry: Entry): 'written' | 'replaced' | 'known' {
  const standing = stored.get(keyOf(entry));
  if (standing !== undefined && !supersedes(entry, standing)) return 'known';
  stored.set(keyOf(entry), entry);
  return standing === undefined ? 'written' : 'replaced';
}

/** A copy, as a database keeps one. An entry that the schema has to mend never went through it. */
function storable(entry: Entry): Entry {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) throw new EntryRefused(`a value is not of its type: ${String(parsed.error.issues[0]?.path[0])}`);
  if (!isDeepStrictEqual(parsed.data, entry)) throw new EntryRefused('a value does not fit its column');
  return { ...parsed.data, id: keyOf(entry) };
}
