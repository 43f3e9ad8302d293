// The gateways' counts in the queue's Postgres schema: a row for each gateway's minute.
import type { PostgresWithDeadline } from './postgres-with-deadline.ts';
import type { Counts, MinuteCount } from './register.ts';

export function createPostgresCounts(ask: PostgresWithDeadline['ask'], table: string): Counts {
  const statements = statementsOn(table);
  const given = (counts: readonly MinuteCount[]) => [
    counts.map(({ gateway }) => gateway),
    counts.map(({ minute }) => minute),
    counts.map(({ opened }) => opened),
    counts.map(({ closed }) => closed),
  ];
  return {
    async count(counts) {
      if (counts.length > 0) await ask(statements.count, given(counts));
    },
    async counts() {
      const rows = await ask(statements.counts, []);
      return rows.map(({ gateway, minute, opened, closed }) => ({
        gateway: String(gateway),
        minute: Number(minute),
        opened: Number(opened),
        closed: Number(closed),
      }));
    },
    async forget(counts) {
      if (counts.length > 0) await ask(statements.forget, given(counts));
    },
  };
}

const GIVEN = 'unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) AS given (gateway, minute, opened, closed)';

const statementsOn = (table: string) => ({
  count: `
    INSERT INTO ${table} (gateway, minute, opened, closed) SELECT * FROM ${GIVEN}
    ON CONFLICT (gateway, minute) DO UPDATE SET opened = EXCLUDED.opened, closed = EXCLUDED.closed`,
  counts: `SELECT gateway, minute, opened, closed FROM ${table}`,
  forget: `
    DELETE FROM ${table} AS known USING ${GIVEN}
    WHERE (known.gateway, known.minute, known.opened, known.closed)
      = (given.gateway, given.minute, given.opened, given.closed)`,
});
