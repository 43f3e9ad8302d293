// Keeps openings and completions on this machine's disk, while the queue is away. What it wrote is read in shipping.ts.
import type { Spool } from '@weir/infra/spool';
import type { Completion } from '@weir/ledger/completion';
import type { Opening } from '@weir/ledger/opening';
import type { Keeper } from './keeper.ts';

export type SpoolRecord = { readonly at: number } & (
  | { readonly verb: 'open'; readonly opening: Opening }
  | { readonly verb: 'close'; readonly completion: Completion }
  | { readonly verb: 'withdraw'; readonly opening: Opening }
);

export function createSpoolKeeper(spool: Spool): Keeper {
  const append = (record: SpoolRecord) => spool.append(record);
  return {
    open: (opening) => append({ at: Date.now(), verb: 'open', opening }),
    close: (completion) => append({ at: Date.now(), verb: 'close', completion }),
    withdraw: (opening) => append({ at: Date.now(), verb: 'withdraw', opening }),
  };
}
