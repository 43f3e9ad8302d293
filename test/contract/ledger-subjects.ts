// The ledgers that keep the contract, each with a way to look at what it keeps without asking it.
import type { Entry, Ledger } from '@weir/ledger/ledger';
import { createMemoryLedger } from '@weir/ledger/testing/memory-ledger';
import { openPostgresLedger } from './ledger-in-postgres.ts';

/** What must be the same in every ledger; the cost in all its twelve places. */
export type Kept = Pick<
  Entry,
  'id' | 'status' | 'reason' | 'detail' | 'model' | 'cost' | 'unpriced' | 'usage' | 'outputTokens'
>;

export interface Subject {
  readonly ledger: Ledger;
  kept(): Promise<readonly Kept[]>;
  close(): Promise<void>;
}

export const SUBJECTS: readonly { name: string; open(): Promise<Subject> }[] = [
  { name: 'in memory', open: openMemory },
  { name: 'in Postgres', open: openPostgres },
];

async function openMemory(): Promise<Subject> {
  const ledger = createMemoryLedger();
  return { ledger, kept: async () => ledger.rows().map(keptOf), close: () => ledger.close() };
}

async function openPostgres(): Promise<Subject> {
  const { ledger, session, close } = await openPostgresLedger();
  const columns = 'id, status, reason, detail, model, cost, unpriced, usage, output_tokens';
  const kept = async () => {
    const { rows } = await session.query<Record<string, string>>(`SELECT ${columns} FROM completions`);
    return rows.map((row) => {
      const { output_tokens: outputTokens, usage, ...same } = row;
      const parsed = { outputTokens: Number(outputTokens), usage: usage === null ? null : JSON.parse(usage ?? '') };
      return { ...same, ...parsed } as Kept;
    });
  };
  return { ledger, kept, close };
}

export function keptOf(entry: Entry): Kept {
  const { id, status, reason, detail, model, unpriced, usage, outputTokens } = entry;
  return { id, status, reason, detail, model, cost: twelvePlaces(entry.cost), unpriced, usage, outputTokens };
}

function twelvePlaces(cost: string | null): string | null {
  if (cost === null) return null;
  const [whole, fraction = ''] = cost.split('.');
  return `${whole}.${fraction.padEnd(12, '0')}`;
}
