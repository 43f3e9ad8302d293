// The port to the ledger: rows go in, each once. Owns: what a posted entry is, and what a refusal means. Does not own:
// where completions come from, or when to try again.
import type { Completion } from './completion.ts';
import type { CostSource, Price } from './pricing/price.ts';

/** A completion with what it cost: USD as an exact decimal string; null means unknown, never 0, and `unpriced` says why. */
export interface Entry extends Completion {
  readonly cost: string | null;
  readonly costSource: CostSource | null;
  readonly price: Price | null;
}

export interface Posted {
  /** Rows that are new. */
  readonly written: number;
  /** Rows that stood provisionally as `gateway_lost`, and now say what really happened. */
  readonly replaced: number;
  /** Entries that were there already: a second delivery, which changes nothing. */
  readonly known: number;
  /** Ids of the entries that tell once more what another row has the cost of: their own rows say `replay`. */
  readonly replays: readonly string[];
}

export interface Ledger {
  /** All of the entries, or none: throws LedgerAway or EntryRefused. */
  post(entries: readonly Entry[]): Promise<Posted>;
  close(): Promise<void>;
}

/** The ledger cannot be reached or cannot write now. Nothing is wrong with the entries: the same call may work later. */
export class LedgerAway extends Error {
  readonly code = 'ledger_away';
  override readonly name = 'LedgerAway';
}

/** The ledger answered, and will never take (one of) these entries. Its message names the rule, never a value. */
export class EntryRefused extends Error {
  readonly code = 'entry_refused';
  override readonly name = 'EntryRefused';
}
