import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Entry, EntryRefused, type Ledger } from '@weir/ledger/ledger';
import { applyMigrations } from '@weir/ledger/migrate';
import { createPrismaLedger } from '@weir/ledger/prisma-ledger';
import type pg from 'pg';
import { withParameter } from './ledger-database.ts';
import { entry, lost } from './ledger-entries.ts';
import { openPostgresLedger, type PostgresLedger, whenLedgerWaits } from './ledger-in-postgres.ts';

jest.setTimeout(20_000);

let home: PostgresLedger;
let ledger: Ledger;
let session: pg.Client;

beforeAll(async () => {
  home = await openPostgresLedger();
  ({ ledger, session } = home);
});

afterAll(() => home.close());

const rowOf = async (id: string) => (await session.query('SELECT * FROM completions WHERE id = $1', [id])).rows[0];

describe('the row', () => {
  const EXPECTED = {
    started_at: '2025-10-01 23:59:58.123+00',
    finished_at: '2025-10-02 00:00:00.456+00',
    gateway: 'gateway-1',
    endpoint: '/v1/chat/completions',
    dialect: 'openai-chat',
    streamed: 't',
    upstream: 'openai',
    model_requested: 'gpt-4o',
    model: 'gpt-4o-2024-08-06',
    upstream_id: 'chatcmpl-1',
    caller_request_id: 'caller-1',
    status: 'aborted',
    reason: 'client_disconnected',
    detail: 'The client left: "early" – ’tis 🌊.',
    terminal_seen: 't',
    finish_reason: 'stop',
    http_status: '200',
    upstream_status: '201',
    input_tokens: '1000',
    cached_input_tokens: '600',
    cache_write_tokens: '300',
    output_tokens: '2147483647',
    reasoning_tokens: '40',
    total_tokens: '1100',
    usage_source: 'partial',
    usage: '{"ratio": 0.1, "details": {"list": [1, null, "two"], "cached": 600}, "prompt_tokens": 1000}',
    units: '{"images": 2, "seconds": 12.4}',
    service_tier: 'flex',
    cost: '12345678.123456789012',
    cost_source: 'operator',
    unpriced: 'usage',
    price: '{"list": "openai/gpt-4o", "lines": [{"cost": "0.0025", "kind": "input", "rate": "2.5", "quantity": 1000}]}',
    ttft_ms: '120',
    headers_ms: '80',
    duration_ms: '2333',
    client_ms: '900',
    frames: '70',
    frames_delivered: '30',
    bytes: '9007199254740991',
    bytes_delivered: '4321',
    drained: 't',
    key: 'fingerprint-1',
    user: 'user-1',
    chat_id: 'chat-1',
    message_id: 'message-1',
    tags: '{"env": "prod", "team": "search"}',
  };

  test('holds every field in its column, exactly', async () => {
    const one = entry();
    await ledger.post([one]);
    expect(await rowOf(one.id)).toEqual({ id: one.id, ...EXPECTED });
  });

  test('is the same when it replaced a provisional one', async () => {
    const provisional = lost();
    await ledger.post([provisional]);
    await ledger.post([entry({ id: provisional.id })]);
    expect(await rowOf(provisional.id)).toEqual({ id: provisional.id, ...EXPECTED });
  });

  test('holds NULL, not a JSON null, for what is unknown', async () => {
    const NULLS = [
      'model',
      'upstreamId',
      'callerRequestId',
      'reason',
      'detail',
      'finishReason',
      'upstreamStatus',
      'usage',
      'units',
      'serviceTier',
    ];
    const MORE = [
      'cost',
      'costSource',
      'price',
      'unpriced',
      'ttftMs',
      'headersMs',
      'clientMs',
      'key',
      'user',
      'chatId',
      'messageId',
      'tags',
    ];
    const one = entry(Object.fromEntries([...NULLS, ...MORE].map((field) => [field, null])));
    await ledger.post([one]);
    const empty = Object.values((await rowOf(one.id)) ?? {}).filter((value) => value === null);
    expect(empty).toHaveLength(NULLS.length + MORE.length);
  });
});

describe('what has no price', () => {
  const listed = (model: string) =>
    session
      .query('SELECT upstream, model, reason, service_tier, requests, input_tokens FROM unpriced_models')
      .then(({ rows }) => rows.filter((row) => row.model === model));
  const startedAt = new Date().toISOString();
  const unpriced = (reason: string, more: Partial<Entry> = {}) =>
    entry({ startedAt, cost: null, costSource: null, price: null, unpriced: reason, inputTokens: 7, ...more });

  test('is listed by upstream, model and reason', async () => {
    const [model, serviceTier] = [randomUUID(), 'flex'];
    const one = { model: null, modelRequested: model, serviceTier: null };
    await ledger.post([unpriced('model', one), unpriced('model', one), unpriced('tier', { model, serviceTier })]);
    expect(await listed(model)).toEqual([
      { upstream: 'openai', model, reason: 'model', service_tier: null, requests: '2', input_tokens: '14' },
      { upstream: 'openai', model, reason: 'tier', service_tier: 'flex', requests: '1', input_tokens: '7' },
    ]);
  });

  test('is not what the simulator said, nor what no price could help, nor what is old', async () => {
    const model = randomUUID();
    const reasons = ['simulated', 'usage', 'unreported', 'replay'];
    await ledger.post(reasons.map((reason) => unpriced(reason, { model })));
    await ledger.post([unpriced('model', { model, startedAt: '2025-10-01T00:00:00.000Z' })]);
    expect(await listed(model)).toEqual([]);
  });
});

test.each(['', 'NULL', '{}', '{"a",b}', 'a, b', '"', '\\', '\\"\\\\', "it''s", '\n\t ', '$1', '1e3', 'true'])(
  '%j stays the text it is',
  async (text) => {
    const tags = { [text]: text };
    const one = entry({ user: text, detail: text, tags, usage: { list: [text, { text }] } });
    await ledger.post([one, entry({ user: 'another' })]);
    const row = await rowOf(one.id);
    expect(row).toMatchObject({ user: text, detail: text });
    expect([JSON.parse(row['tags']), JSON.parse(row['usage'])]).toEqual([tags, { list: [text, { text }] }]);
  },
);

describe('an entry that Postgres will never take', () => {
  test('is refused, though the fault is a limit: a text too long to index', async () => {
    const long = entry({ chatId: randomBytes(6_000).toString('base64') });
    await expect(ledger.post([long])).rejects.toThrow(
      new EntryRefused('a value exceeds a limit of Postgres (SQLSTATE 54000)'),
    );
  });

  test('is refused, though the fault is a constraint', async () => {
    await session.query('ALTER TABLE completions ADD CONSTRAINT sober CHECK (frames < 1000000)');
    await expect(ledger.post([entry({ frames: 1_000_000 })])).rejects.toThrow(
      'a constraint does not hold (SQLSTATE 23514)',
    );
    await session.query('ALTER TABLE completions DROP CONSTRAINT sober');
  });

  test('is refused, though it is JavaScript that fails: a usage too deep', async () => {
    let usage = {};
    for (let depth = 0; depth < 20_000; depth += 1) usage = { usage };
    await expect(ledger.post([entry({ usage })])).rejects.toBeInstanceOf(EntryRefused);
  });
});

describe('a batch', () => {
  test('is written in the order of its ids, so that two that share some never wait for each other', async () => {
    const template = entry();
    await ledger.post([template]);
    const [low = '', high = ''] = [randomUUID(), randomUUID()].sort();
    const insert = (id: string) =>
      session.query(
        `INSERT INTO completions SELECT (jsonb_populate_record(row, jsonb_build_object('id', $1::text))).*
        FROM completions AS row WHERE id = '${template.id}'`,
        [id],
      );
    await session.query('BEGIN');
    await insert(low);
    const posting = ledger.post([entry({ id: high }), entry({ id: low })]);
    await whenLedgerWaits(session);
    await insert(high); // had the ledger begun with this one, each would now wait for the other
    await session.query('COMMIT');
    expect(await posting).toEqual({ written: 0, replaced: 0, known: 2, replays: [] });
  });
});

describe('a schema of its own', () => {
  test('is made, migrated and written to where the URL names one', async () => {
    const url = withParameter(home.url, 'schema', 'Money talks');
    expect(await applyMigrations(url)).not.toEqual([]);
    const elsewhere = createPrismaLedger(url);
    const provisional = lost();
    await elsewhere.post([provisional]);
    expect(await elsewhere.post([entry({ id: provisional.id })])).toEqual({
      written: 0,
      replaced: 1,
      known: 0,
      replays: [],
    });
    await elsewhere.close();
    const { rows } = await session.query('SELECT id FROM "Money talks".completions');
    expect(rows).toEqual([{ id: provisional.id }]);
    expect(await rowOf(provisional.id)).toBeUndefined();
  });
});
