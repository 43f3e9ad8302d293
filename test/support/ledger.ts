// The ledger's rows as they come and change, read by a watcher that outlives the database's own outages.
import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

export type Row = Readonly<Record<string, unknown>>;

export interface Ledger {
  rows(): Promise<Row[]>;
  /** Asks at once and after each change, until the answer is yes, and that is true; or the limit has come. */
  until(holds: () => Promise<boolean>, limit: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

const TELL = `
  CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_notify('row', NEW.id::text); RETURN NULL; END $$;
  CREATE TRIGGER tell AFTER INSERT OR UPDATE ON completions FOR EACH ROW EXECUTE FUNCTION tell()`;

const RETRY_MS = 200;

export async function watchLedger(databaseUrl: string): Promise<Ledger> {
  const news = new EventEmitter().setMaxListeners(0);
  let changes = 0;
  let closed = false;
  let client = await listening(databaseUrl, tell);
  await client.query(TELL);
  void stayConnected();

  function tell(): void {
    changes += 1;
    news.emit('change');
  }

  async function stayConnected(): Promise<void> {
    for (;;) {
      await ended(client);
      if (closed) return;
      client = await again(() => listening(databaseUrl, tell));
      tell();
    }
  }

  async function until(holds: () => Promise<boolean>, limit: AbortSignal): Promise<boolean> {
    while (!limit.aborted) {
      const before = changes;
      if (await holds().catch(() => false)) return true;
      if (changes === before) await once(news, 'change', { signal: limit }).catch(() => undefined);
    }
    return false;
  }

  async function close(): Promise<void> {
    closed = true;
    await client.end();
  }
  const rows = async () => (await client.query('SELECT * FROM completions ORDER BY started_at')).rows;
  return { rows, until, close };
}

async function listening(databaseUrl: string, tell: () => void): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('notification', tell).on('error', () => undefined); // its end says so too
  await client.connect();
  await client.query('LISTEN row');
  return client;
}

const ended = (client: pg.Client) => new Promise<void>((resolve) => void client.once('end', () => resolve()));

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await pause(RETRY_MS);
    }
  }
}
