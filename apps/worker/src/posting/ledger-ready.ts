// Waits, at start, for the ledger's database to answer and to have the ledger's table in it, and says what it waits for.
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@weir/infra/log';
import { growingPauses } from '@weir/infra/time/growing-pauses';
import pg from 'pg';

const CONNECT_TIMEOUT_MS = 3_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export async function untilLedgerIsReady(databaseUrl: string, log: Log, stopping: AbortSignal): Promise<void> {
  let said = '';
  const nextPauseMs = growingPauses(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  while (!stopping.aborted) {
    const lack = await lackOf(databaseUrl);
    if (lack === undefined) break;
    if (lack !== said) log.warn({ reason: lack }, 'ledger.away');
    said = lack;
    await pause(nextPauseMs(), undefined, { signal: stopping }).catch(() => {});
  }
  if (said !== '' && !stopping.aborted) log.info('ledger.back');
}

async function lackOf(databaseUrl: string): Promise<string | undefined> {
  const schema = new URL(databaseUrl).searchParams.get('schema') || 'public';
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => {}); // whatever was asked rejects as well
  try {
    await client.connect();
    const { rows } = await client.query('SELECT to_regclass($1) AS completions', [
      `${pg.escapeIdentifier(schema)}.completions`,
    ]);
    return rows[0].completions === null ? 'the ledger has no table yet: run `npm run migrate`' : undefined;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return message || code || 'the database does not answer';
  } finally {
    await client.end().catch(() => {});
  }
}
