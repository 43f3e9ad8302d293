// `npm run migrate`: brings a database up to date, first the ledger's tables, then the queue's, which BullMQ keeps in a
// schema of their own (on a database whose queue is on Redis they stay empty). Safe to run again, and twice at once.
import { applyMigrations } from '@weir/ledger/migrate';
import { quoteSchemaName, runMigrations } from 'bullmq';
import pg from 'pg';
import { databaseUrl, queuePrefix } from '../settings/both-apps.ts';
import { loadSettings, orExit, SettingsError } from '../settings/settings.ts';

const CONNECT_TIMEOUT_MS = 3_000;

const settings = loadSettings(
  { databaseUrl, queuePrefix },
  { command: 'npm run migrate', summary: "creates and updates the ledger's tables and the queue's" },
);
orExit(() => checkSchemaName(settings.queuePrefix));

try {
  const applied = await applyMigrations(settings.databaseUrl);
  for (const name of applied) say(`ledger: applied ${name}`);
  if (applied.length === 0) say('ledger: up to date');
  const version = await migrateQueue(settings);
  say(`queue: up to date, schema ${settings.queuePrefix} is at version ${version}`);
} catch (error) {
  process.stderr.write(`migrate: cannot migrate the database of DATABASE_URL: ${sentenceOf(error)}\n`);
  process.exitCode = 1;
}

function checkSchemaName(name: string): void {
  try {
    quoteSchemaName(name);
  } catch {
    throw new SettingsError([`QUEUE_PREFIX must be letters, digits and underscores to name a schema, not "${name}"`]);
  }
}

/** BullMQ wants a session of its own: it holds a lock and a transaction there. */
async function migrateQueue(queue: { databaseUrl: string; queuePrefix: string }): Promise<number> {
  const client = new pg.Client({
    connectionString: queue.databaseUrl,
    application_name: 'weir migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined); // a lost session: its next query fails, and says why
  try {
    await client.connect();
    return await runMigrations(client, queue.queuePrefix);
  } finally {
    await client.end();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A host with several addresses fails once for each, in an AggregateError without a message. */
function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(sentenceOf).join('; ');
  return error instanceof Error ? error.message.replaceAll(/\s*\n\s*/g, ' ') : String(error);
}
