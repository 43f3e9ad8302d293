// `npm run migrate`: brings a database up to date, first the ledger's tables, then the queue's and the register's, which
// are in a schema of their own (on a database whose queue is on Redis they stay empty). Safe to run again, and twice at
// once.
import { applyMigrations } from '@weir/ledger/migrate';
import { quoteSchemaName } from 'bullmq';
import { errorText } from '../process/error-text.ts';
import { databaseUrl, queuePrefix } from '../settings/both-apps.ts';
import { loadSettings, orExit, SettingsError } from '../settings/settings.ts';
import { migrateQueue } from './migrate-queue.ts';

const settings = loadSettings(
  { databaseUrl, queuePrefix },
  {
    command: 'npm run migrate',
    summary: 'creates and updates the tables of the ledger, the queue and the register of open requests',
  },
);
orExit(() => checkSchemaName(settings.queuePrefix));

try {
  const applied = await applyMigrations(settings.databaseUrl);
  for (const name of applied) say(`ledger: applied ${name}`);
  if (applied.length === 0) say('ledger: up to date');
  const version = await migrateQueue(settings.databaseUrl, settings.queuePrefix);
  say(`queue: up to date, schema ${settings.queuePrefix} is at version ${version}`);
  say(`register: up to date, in schema ${settings.queuePrefix}`);
} catch (error) {
  process.stderr.write(`migrate: cannot migrate the database of DATABASE_URL: ${errorText(error)}\n`);
  process.exitCode = 1;
}

function checkSchemaName(name: string): void {
  try {
    quoteSchemaName(name);
  } catch {
    throw new SettingsError([`QUEUE_PREFIX must be letters, digits and underscores to name a schema, not "${name}"`]);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
