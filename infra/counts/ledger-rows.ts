// The ledger's rows, asked for by id, or counted. The table may be of any size: it is never read as a whole.
import pg from 'pg';
import { isRequestId } from '../queue/request-id.ts';
import type { PostgresWithDeadline } from '../register/postgres-with-deadline.ts';
import { idsOf } from './minute.ts';
import type { MinuteRows } from './shortage.ts';

const PAGE = 1000;
const COUNTED_AT_MOST = 100_000;
const UNDEFINED_TABLE = '42P01';

export interface LedgerRows {
  /** Each row's reason, by its id. */
  reasonsOf(ids: Iterable<string>): Promise<Map<string, string | null>>;
  /** How many there are of each gateway. */
  perMinute(minutes: Iterable<number>): Promise<MinuteRows>;
  count(): Promise<RowCount>;
}

export interface RowCount {
  readonly rows: number;
  /** By the database itself: there are too many to count. */
  readonly estimated: boolean;
}

export function createLedgerRows(postgres: Pick<PostgresWithDeadline, 'ask'>, databaseUrl: string): LedgerRows {
  const schema = new URL(databaseUrl).searchParams.get('schema') || 'public';
  const table = `${pg.escapeIdentifier(schema)}.completions`;
  const ask = (text: string, values: readonly unknown[]) =>
    postgres.ask(text, values).catch((cause: { code?: unknown }) => {
      if (cause.code !== UNDEFINED_TABLE) throw cause;
      throw new Error('its table is not there: run `npm run migrate`', { cause });
    });

  async function reasonsOf(ids: Iterable<string>): Promise<Map<string, string | null>> {
    const reasons = new Map<string, string | null>();
    for (const page of pagesOf([...new Set(ids)].filter(isRequestId))) {
      const rows = await ask(`SELECT id, reason FROM ${table} WHERE id = ANY($1::uuid[])`, [page]);
      for (const { id, reason } of rows) reasons.set(String(id), reason as string | null);
    }
    return reasons;
  }

  /** One after the other: each is a range of the primary key, and a minute's rows lie side by side. */
  async function perMinute(minutes: Iterable<number>): Promise<MinuteRows> {
    const rows = new Map<number, ReadonlyMap<string, number>>();
    for (const minute of new Set(minutes)) {
      const counted = await ask(
        `SELECT gateway, count(*) FROM ${table} WHERE id >= $1::uuid AND id < $2::uuid GROUP BY gateway`,
        idsOf(minute),
      );
      rows.set(minute, new Map(counted.map((one) => [String(one['gateway']), Number(one['count'])])));
    }
    return rows;
  }

  async function count(): Promise<RowCount> {
    const [counted] = await ask(`SELECT count(*) FROM (SELECT FROM ${table} LIMIT ${COUNTED_AT_MOST}) AS counted`, []);
    const rows = Number(counted?.['count']);
    if (rows < COUNTED_AT_MOST) return { rows, estimated: false };
    const [known] = await ask(`SELECT reltuples FROM pg_class WHERE oid = $1::regclass`, [table]);
    return { rows: Math.max(rows, Number(known?.['reltuples'])), estimated: true };
  }

  return { reasonsOf, perMinute, count };
}

const pagesOf = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, at) => ids.slice(at * PAGE, (at + 1) * PAGE));
