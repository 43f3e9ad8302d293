// The register in the queue's Postgres schema. What comes while one statement is under way goes into the next one, all
// together: a commit costs a disk's write, however many openings are in it.
import type { Opening } from '@weir/ledger/opening';
import { createBatcher } from '../batcher/batcher.ts';
import { createPostgresCounts } from './postgres-counts.ts';
import { createPostgresWithDeadline } from './postgres-with-deadline.ts';
import type { Register } from './register.ts';
import { registerTablesIn } from './register-tables.ts';

const MOST_AT_ONCE = 500;
const UNDEFINED_TABLE = '42P01';

interface Settings {
  readonly databaseUrl: string;
  readonly schema: string;
  /** Each call is answered, or rejects, within this time of being made. */
  readonly timeoutMs: number;
}

interface Retired {
  readonly gateway: string;
  readonly id: string;
}

export function createPostgresRegister({ databaseUrl, schema, timeoutMs }: Settings): Register {
  const postgres = createPostgresWithDeadline({ databaseUrl, name: 'weir register', timeoutMs });
  const tables = registerTablesIn(schema);
  const statements = statementsOn(tables);

  const ask = (...statement: Parameters<typeof postgres.ask>) =>
    postgres.ask(...statement).catch((cause: { code?: unknown }) => {
      if (cause.code !== UNDEFINED_TABLE) throw cause;
      throw new Error(`schema ${schema} lacks tables of the register: run \`npm run migrate\``, { cause });
    });

  /** A statement has as long as the oldest of those in it still has. */
  function gathering<T>(statement: string, valuesOf: (items: readonly T[]) => unknown[]): (item: T) => Promise<void> {
    const { add } = createBatcher<{ item: T; until: number }>({
      size: MOST_AT_ONCE,
      lanes: 1,
      settle: async (batch) => {
        await ask(statement, valuesOf(batch.map(({ item }) => item)), batch[0]?.until);
        return [];
      },
    });
    return (item) => add({ item, until: performance.now() + timeoutMs });
  }

  const open = gathering<Opening>(statements.open, (openings) => [
    ...columnsOf(openings),
    openings.map((opening) => JSON.stringify(opening)),
  ]);
  const retire = gathering<Retired>(statements.retire, columnsOf);

  return {
    ...createPostgresCounts(ask, tables.counts),
    open,
    retire: (gateway, id) => retire({ gateway, id }),
    async beat(gateway) {
      const [counted] = await ask(statements.beat, [gateway]);
      return Number(counted?.['beats']);
    },
    async leave(gateway, beats) {
      await ask(statements.leave, [gateway, beats ?? null]);
    },
    async gateways() {
      const rows = await ask(statements.gateways, []);
      return new Map(rows.map(({ gateway, beats }) => [String(gateway), Number(beats)]));
    },
    async openingsOf(gateway, atMost) {
      return (await ask(statements.openingsOf, [gateway, atMost])).map(({ opening }) => opening);
    },
    close: postgres.close,
  };
}

const columnsOf = (items: readonly Retired[]) => [items.map(({ gateway }) => gateway), items.map(({ id }) => id)];

const statementsOn = ({ openings, gateways }: { openings: string; gateways: string }) => ({
  open: `
    INSERT INTO ${openings} (gateway, id, opening) SELECT * FROM unnest($1::text[], $2::uuid[], $3::json[])
    ON CONFLICT DO NOTHING`,

  // Locked in one order: two that retire the same openings wait for each other, and never both.
  retire: `
    WITH retired AS MATERIALIZED (
      SELECT gateway, id FROM ${openings} JOIN unnest($1::text[], $2::uuid[]) AS named (gateway, id) USING (gateway, id)
      ORDER BY gateway, id FOR UPDATE OF openings
    )
    DELETE FROM ${openings} USING retired WHERE openings.gateway = retired.gateway AND openings.id = retired.id`,

  beat: `
    INSERT INTO ${gateways} AS known (gateway, beats) VALUES ($1, 1)
    ON CONFLICT (gateway) DO UPDATE SET beats = known.beats + 1 RETURNING beats`,

  leave: `DELETE FROM ${gateways} WHERE gateway = $1 AND beats = coalesce($2::bigint, beats)`,

  // Goes through the index from one gateway to the next: DISTINCT would read every opening there is.
  gateways: `
    WITH RECURSIVE opener AS (
      SELECT min(gateway) AS gateway FROM ${openings}
      UNION ALL
      SELECT (SELECT min(gateway) FROM ${openings} WHERE gateway > opener.gateway) FROM opener WHERE gateway IS NOT NULL
    )
    SELECT gateway, coalesce(beats, 0) AS beats FROM ${gateways} FULL JOIN opener USING (gateway)
    WHERE gateway IS NOT NULL`,

  openingsOf: `SELECT opening FROM ${openings} WHERE gateway = $1 ORDER BY id LIMIT $2`,
});
