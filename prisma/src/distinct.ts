// A batch as the ledger takes it: each id once. Of two entries with one id, the real one wins over the provisional.
import type { Entry } from './ledger.ts';

/**
 * In the order of their ids: Postgres locks rows as it comes to them, so two batches that share entries and write them
 * in different orders would deadlock.
 */
export function distinct(entries: readonly Entry[]): Entry[] {
  const byId = new Map<string, Entry>();
  for (const entry of entries) {
    const standing = byId.get(keyOf(entry));
    if (standing === undefined || supersedes(entry, standing)) byId.set(keyOf(entry), entry);
  }
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** What Postgres compares: to it, a UUID has no case. */
export const keyOf = (entry: { readonly id: string }): string => entry.id.toLowerCase();

/** A gateway that seemed lost may have settled its request after all; what it says then is the truth. */
export const isProvisional = (entry: { readonly reason?: string | null }): boolean => entry.reason === 'gateway_lost';

export const supersedes = (entry: Entry, standing: Entry): boolean => isProvisional(standing) && !isProvisional(entry);
