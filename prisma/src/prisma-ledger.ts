// The ledger in Postgres. The primary key decides sameness: a batch is one insert, and what conflicts is a second
// delivery, unless the row that stands there is provisional.
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../generated/client.ts';
import { billedOnce, mayBeReplays } from './billed-once.ts';
import { connectionOf } from './connection.ts';
import { distinct, isProvisional, keyOf } from './distinct.ts';
import type { Entry, Ledger, Posted } from './ledger.ts';
import { ledgerError } from './ledger-errors.ts';
import { COLUMNS, parametersOf, ROWS } from './row.ts';
import { inTransaction } from './transaction.ts';

// A batch takes tens of milliseconds: a server that is still silent then hangs, and the caller must learn it within ten
// seconds, connecting included. The server gives up first, so that no forgotten insert waits there for a lock.
const STATEMENT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 6_000;

interface Connected {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
}

export function createPrismaLedger(databaseUrl: string): Ledger {
  const connected = connect(databaseUrl);
  const { prisma, pool } = connected;
  return {
    post: (entries) => post(connected, entries).catch((error) => Promise.reject(ledgerError(error))),
    close: () => prisma.$disconnect().then(() => pool.end()),
  };
}

function connect(databaseUrl: string): Connected {
  const who = { name: 'weir ledger', statementTimeoutMs: STATEMENT_TIMEOUT_MS };
  const { schema, pool: settings } = connectionOf(databaseUrl, who);
  const pool = new pg.Pool({ ...settings, query_timeout: ANSWER_TIMEOUT_MS });
  pool.on('error', () => undefined); // a connection that broke while nobody used it
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema }), errorFormat: 'minimal' });
  return { pool, prisma };
}

/** What fails after the insert leaves the new rows written; the same call, made again, finds them known. */
async function post({ pool, prisma }: Connected, posted: readonly Entry[]): Promise<Posted> {
  const all = distinct(posted);
  const { entries, inserted } = mayBeReplays(all)
    ? await inTransaction(pool, async (client) => insert(client, await billedOnce(client, all)))
    : await insert(pool, all);
  const isNew = new Set(inserted);
  const standing = entries.filter((entry) => !isNew.has(keyOf(entry)));
  const replaced = await replaceProvisional(prisma, standing);
  const replays = entries.filter((entry, at) => entry !== all[at]).map(({ id }) => id);
  return { written: inserted.length, replaced, known: standing.length - replaced, replays };
}

/** Not through Prisma, which first turns all parameters into JSON and back: a seventh of the worker's time. */
async function insert(database: pg.Pool | pg.ClientBase, entries: readonly Entry[]) {
  const { rows } = await database.query<{ id: string }>(INSERT, parametersOf(entries));
  return { entries, inserted: rows.map(keyOf) };
}

const INSERT = `
  INSERT INTO completions (${COLUMNS}) SELECT * FROM ${ROWS}
  ON CONFLICT (id) DO NOTHING RETURNING id`;

/** Those that stand: one look finds the rows that are provisional, seldom any, and they are exchanged as one. */
async function replaceProvisional(prisma: PrismaClient, standing: readonly Entry[]): Promise<number> {
  const real = new Map(standing.filter((entry) => !isProvisional(entry)).map((entry) => [keyOf(entry), entry]));
  if (real.size === 0) return 0;
  const provisional = { id: { in: [...real.keys()] }, reason: 'gateway_lost' };
  const found = await prisma.completion.findMany({ where: provisional, select: { id: true } });
  if (found.length === 0) return 0;
  const entries = found.map(({ id }) => real.get(id)).filter((entry) => entry !== undefined);
  // Whoever comes second finds nothing left to delete, and its insert conflicts: the row is still exchanged once.
  const remove = prisma.completion.deleteMany({ where: provisional });
  const add = prisma.$queryRawUnsafe<{ id: string }[]>(INSERT, ...parametersOf(entries));
  const [, exchanged] = await prisma.$transaction([remove, add]);
  return exchanged.length;
}
