// Where the register keeps its openings in Postgres: three tables in the queue's schema, which is there already.
import pg from 'pg';

export interface RegisterTables {
  readonly openings: string;
  readonly gateways: string;
  readonly counts: string;
}

export function registerTablesIn(schema: string): RegisterTables {
  const within = pg.escapeIdentifier(schema);
  return { openings: `${within}.openings`, gateways: `${within}.gateways`, counts: `${within}.counts` };
}

/** Makes what is not there yet. Whoever comes while another is at it waits, and then finds nothing left to do. */
export async function createRegisterTables(client: pg.ClientBase, schema: string): Promise<void> {
  const { openings, gateways, counts } = registerTablesIn(schema);
  // Sent as one, they are one transaction. The key's order is the one in which openings are listed and looked for; an
  // opening is json, not jsonb, because it is never looked into here, and jsonb refuses some texts that a caller may send.
  await client.query(`
    SELECT pg_advisory_xact_lock(hashtext('weir register'));
    CREATE TABLE IF NOT EXISTS ${openings} (
      gateway text NOT NULL,
      id uuid NOT NULL,
      opening json NOT NULL,
      PRIMARY KEY (gateway, id)
    );
    CREATE TABLE IF NOT EXISTS ${gateways} (
      gateway text PRIMARY KEY,
      beats bigint NOT NULL
    );
    CREATE TABLE IF NOT EXISTS ${counts} (
      gateway text NOT NULL,
      minute bigint NOT NULL,
      opened bigint NOT NULL,
      closed bigint NOT NULL,
      PRIMARY KEY (gateway, minute)
    )`);
}
