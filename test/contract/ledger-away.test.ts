import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Ledger, LedgerAway } from '@weir/ledger/ledger';
import { createPrismaLedger } from '@weir/ledger/prisma-ledger';
import type pg from 'pg';
import { withParameter } from './ledger-database.ts';
import { entries, entry } from './ledger-entries.ts';
import { openPostgresLedger, type PostgresLedger, whenLedgerWaits } from './ledger-in-postgres.ts';

jest.setTimeout(10_000); // the longest that anyone waits for the ledger

let home: PostgresLedger;
let ledger: Ledger;
let session: pg.Client;

beforeAll(async () => {
  home = await openPostgresLedger();
  ({ ledger, session } = home);
});

afterAll(() => home.close());

describe('a ledger that is away', () => {
  const awayAt = async (url: string) => {
    const away = createPrismaLedger(url);
    const error = await away.post(entries(1)).catch((reason: unknown) => reason);
    await away.close();
    return error;
  };

  const awayBehind = async (answer: (socket: Socket) => void) => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return await awayAt(`postgresql://postgres@127.0.0.1:${port}/weir`).finally(() => server.close());
  };

  test('because nothing listens there', async () => {
    expect(await awayAt('postgresql://postgres@127.0.0.1:1/weir')).toBeInstanceOf(LedgerAway);
  });

  test('because its name is not known', async () => {
    expect(await awayAt('postgresql://postgres@ledger.invalid/weir')).toBeInstanceOf(LedgerAway);
  });

  test('because there is no such database', async () => {
    const url = new URL(home.url);
    url.pathname = '/weir_ledger_test_nowhere';
    expect(await awayAt(url.href)).toBeInstanceOf(LedgerAway);
  });

  test('because it was not migrated yet', async () => {
    expect(await awayAt(withParameter(home.url, 'schema', 'nowhere'))).toBeInstanceOf(LedgerAway);
  });

  test('because it is read-only now', async () => {
    const readOnly = withParameter(home.url, 'options', '-c default_transaction_read_only=on');
    expect(await awayAt(readOnly)).toBeInstanceOf(LedgerAway);
  });

  test('because whoever answers hangs up', async () => {
    expect(await awayBehind((socket) => socket.destroy())).toBeInstanceOf(LedgerAway);
  });

  test('because nobody answers, is told so within ten seconds', async () => {
    expect(await awayBehind(() => undefined)).toBeInstanceOf(LedgerAway);
  });

  test('because it hangs in the middle, is told so within ten seconds, and the same call works later', async () => {
    const batch = entries(2);
    await session.query('BEGIN; LOCK TABLE completions');
    await expect(ledger.post(batch)).rejects.toBeInstanceOf(LedgerAway);
    await session.query('ROLLBACK');
    expect(await ledger.post(batch)).toEqual({ written: 2, replaced: 0, known: 0, replays: [] });
  });

  test.each([
    ['', null],
    [' in the middle of a transaction', 'resp-1'],
  ])('because its connection was cut%s, and the same call works at once', async (_, billedOnce) => {
    const batch = [entry({ billedOnce }), entry()];
    await session.query('BEGIN; LOCK TABLE completions');
    const cut = expect(ledger.post(batch)).rejects.toBeInstanceOf(LedgerAway);
    await whenLedgerWaits(session, 'cut it');
    await cut;
    await session.query('ROLLBACK');
    expect(await ledger.post(batch)).toEqual({ written: 2, replaced: 0, known: 0, replays: [] });
  });
});
