// The ledger's rows as they come: a trigger tells of each, so that a test waits for a row and not for a time.
import { EventEmitter, once } from 'node:events';
import pg from 'pg';

type Row = Readonly<Record<string, unknown>>;

export interface Rows {
  /** The row of this request, there or to come. */
  of(id: string): Promise<Row>;
  /** The row of the answer that the provider called so. */
  withUpstreamId(upstreamId: string): Promise<Row>;
  all(): Promise<Row[]>;
  close(): Promise<void>;
}

const TELL = `
  CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_notify('row', NEW.id || ' ' || coalesce(NEW.upstream_id, '')); RETURN NULL; END $$;
  CREATE TRIGGER tell AFTER INSERT ON completions FOR EACH ROW EXECUTE FUNCTION tell();
  LISTEN row`;

export async function watchRows(databaseUrl: string): Promise<Rows> {
  const client = new pg.Client({ connectionString: databaseUrl });
  const arrived = new Set<string>();
  const arrival = new EventEmitter();
  arrival.setMaxListeners(0);
  client.on('notification', ({ payload = '' }) => {
    for (const name of payload.split(' ')) {
      arrived.add(name);
      arrival.emit(name);
    }
  });
  await client.connect();
  await client.query(TELL);

  async function named(column: 'id' | 'upstream_id', name: string): Promise<Row> {
    if (!arrived.has(name)) await once(arrival, name);
    const { rows } = await client.query(`SELECT * FROM completions WHERE ${column} = $1`, [name]);
    return rows[0];
  }

  const of = (id: string) => named('id', id);
  const withUpstreamId = (upstreamId: string) => named('upstream_id', upstreamId);
  const all = async () => (await client.query('SELECT * FROM completions ORDER BY started_at')).rows;
  return { of, withUpstreamId, all, close: () => client.end() };
}
