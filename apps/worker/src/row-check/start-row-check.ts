// The row check at work: over a register and a connection to the ledger of its own, so that it holds up nobody.
import { createLedgerRows } from '@weir/infra/counts/ledger-rows';
import type { QueueLocation } from '@weir/infra/queue';
import { openRegister } from '@weir/infra/register/open';
import { createPostgresWithDeadline } from '@weir/infra/register/postgres';
import { repeat } from '../repeat.ts';
import { createRowCheck, type RowChecked } from './row-check.ts';

const PATIENCE_MS = 5000;
const LOOK_EVERY_MS = 30_000;

export interface RowChecking {
  /** A look that is under way is cut short: it changes nothing that matters. */
  stop(): Promise<void>;
}

type Given = Omit<RowChecked, 'register' | 'rows'> & { readonly goneAfterMs: number };

export function startRowChecking(location: QueueLocation, { goneAfterMs, ...given }: Given): RowChecking {
  const { databaseUrl } = location;
  const register = openRegister(location, { timeoutMs: PATIENCE_MS });
  const postgres = createPostgresWithDeadline({ databaseUrl, name: 'weir row check', timeoutMs: PATIENCE_MS });
  const { look } = createRowCheck({ ...given, register, rows: createLedgerRows(postgres, databaseUrl) });
  // Where a gateway is soon taken to be gone, what it left is soon expected to be there.
  const looking = repeat(look, Math.min(LOOK_EVERY_MS, 2 * goneAfterMs));
  const stop = async () => {
    looking.stop();
    await Promise.all([register.close(), postgres.close()]);
  };
  return { stop };
}
