// What both apps say of themselves on their metrics ports, after a mix of everything: the books balance at any moment.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRegistry } from '@weir/infra/metrics';
import pg from 'pg';
import { onEachQueue } from '../support/each-queue.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { type Launched, launchApp } from '../support/processes.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { named } from '../support/queue-servers.ts';
import { askRaw, sendAndLeave } from '../support/raw-http.ts';
import { type Scrape, scrape, scrapeUntil } from '../support/scrape.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { HELD, holdStream } from './held-stream.ts';

const chat = '/v1/chat/completions';

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let directory: string;
  let gateway: Gateway;

  beforeAll(async () => {
    [weir, provider] = await Promise.all([openWeir(queueOn), startProvider()]);
    directory = await mkdtemp(join(tmpdir(), 'weir-metrics-'));
    const config = join(directory, 'weir.yaml');
    await writeFile(
      config,
      `upstreams:
  simulated: { url: "${weir.upstreamUrl}" }
  provider: { url: "${provider.url}" }
  nobody: { url: "http://127.0.0.1:1/v1" }
models: [{ match: "sim:*", upstream: simulated }, { match: held, upstream: provider }, { match: nobody, upstream: nobody }]`,
    );
    gateway = await weir.startGateway({ WEIR_CONFIG: config });
  });

  afterAll(async () => {
    await provider.close();
    await weir.close();
    await rm(directory, { recursive: true });
  });

  test('the gateway’s books balance before, while and after its requests are open', async () => {
    expect(booksIn(await scrape(gateway.process))).toEqual({ opened: 0, over: 0, open: 0, completeness: 0 });
    await askMix();
    const stream = await holdStream(provider, gateway.url);
    const during = booksIn(await scrapeUntil(gateway.process, ({ value }) => value('weir_exchanges_open') === 1));
    expect(during).toEqual({ opened: during.over + 1, over: during.over, open: 1, completeness: 0 });
    stream.letGo();
    await stream.answer;
    const after = booksIn(await scrapeUntil(gateway.process, ({ value }) => value('weir_exchanges_open') === 0));
    expect(after).toEqual({ opened: during.opened, over: during.opened, open: 0, completeness: 0 });
  });

  test('it counts how requests ended, how often they were refused, and how long everything took', async () => {
    const before = await scrape(gateway.process);
    await askMix();
    const after = await scrape(gateway.process);
    const risen = (name: string) => risenBetween(before.all(name), after.all(name));
    const of = (endpoint: string, upstream: string, status: string, reason: string) =>
      `endpoint="${endpoint}",upstream="${upstream}",status="${status}",reason="${reason}"`;
    const { [of('/v1/completions', 'provider', 'aborted', 'client_disconnected')]: late = 0, ...requests } =
      risen('weir_requests_total');
    expect(requests).toEqual({
      [of(chat, 'simulated', 'ok', '')]: 3,
      [of('/v1/messages', 'simulated', 'ok', '')]: 1,
      [of(chat, 'simulated', 'aborted', 'client_disconnected')]: 1,
      [of(chat, 'simulated', 'error', 'upstream_status')]: 1,
      [of(chat, 'nobody', 'error', 'upstream_unreachable')]: 1,
    });
    expect(risen('weir_refusals_total')).toEqual({ 'code="model_not_found"': 2 });
    const settled = 7 + late; // too late to be turned back
    expect(risen('weir_upstream_seconds_count')).toEqual({ '': settled });
    expect(risen('weir_ttft_seconds_count')).toEqual({ '': 4 + late });
    expect(risen('weir_frame_gap_seconds_count')['']).toBeGreaterThan(0);
    const withdrawn = risen('weir_withdrawals_total')[''] ?? 0;
    expect(withdrawn).toBeGreaterThan(0);
    expect(risen('weir_outbox_seconds_count')).toEqual({
      'verb="open"': settled + withdrawn,
      'verb="close"': settled,
      'verb="withdraw"': withdrawn,
    });
    for (const name of ['weir_drains_open', 'weir_completions_at_risk', 'weir_spool_records', 'weir_spool_bytes'])
      expect([name, after.value(name)]).toEqual([name, 0]);
    expect(after.value('weir_queue_up')).toBe(1);
  });

  test('a call that is passed through and that upstream does not answer is no refusal', async () => {
    const before = await scrape(gateway.process);
    const answer = await fetch(new URL('/v1/models/nobody', gateway.url));
    expect(answer.status).toBe(502);
    const after = await scrape(gateway.process);
    const risen = (name: string) => risenBetween(before.all(name), after.all(name));
    expect(risen('weir_unmetered_failures_total')).toEqual({ 'code="upstream_unreachable"': 1 });
    expect(risen('weir_refusals_total')).toEqual({});
  });

  test('the worker counts what it wrote, and says how the queue stands', async () => {
    const ledger = new pg.Client({ connectionString: weir.home.location.databaseUrl });
    await ledger.connect();
    await untilEmpty();
    const before = await scrape(weir.worker);
    await ledger.query('BEGIN; LOCK TABLE completions IN EXCLUSIVE MODE');
    for (const _ of [1, 2, 3]) await ask('sim:tokens=2,every=1');
    const held = { 'state="active"': 3, 'state="waiting"': 0, 'state="delayed"': 0, 'state="failed"': 0 };
    const during = await scrapeUntil(weir.worker, ({ value }) => value('weir_queue_jobs', { state: 'active' }) === 3);
    expect(during.all('weir_queue_jobs')).toEqual(held);
    expect(during.value('weir_queue_oldest_seconds')).toBeGreaterThan(0);
    await ledger.query('COMMIT');
    const after = await untilEmpty();
    const risen = (name: string) => risenBetween(before.all(name), after.all(name));
    expect(risen('weir_ledger_rows_total')).toEqual({ 'outcome="written"': 3 });
    expect(risen('weir_ledger_batch_entries_sum')).toEqual({ '': 3 });
    expect(risen('weir_ledger_lag_seconds_count')).toEqual({ '': 3 });
    expect(after.value('weir_ledger_rows_total', { outcome: 'written' })).toBe((await weir.rows.all()).length);
    expect(after.value('weir_dead_letters_total')).toBe(0);
    await ledger.end();
  });

  test.each(['gateway', 'worker'])(
    'each metric of the %s says what it is, and has a name of ours or of Node’s',
    async (app) => {
      const { metrics } = await scrape(app === 'gateway' ? gateway.process : weir.worker);
      const ours = [...metrics.keys()].filter((name) => !NODES.has(name));
      expect(ours.length).toBeGreaterThan(5);
      expect(ours.filter((name) => !name.startsWith('weir_'))).toEqual([]);
      expect([...metrics].filter(([, { help }]) => help.trim() === '')).toEqual([]);
    },
  );

  const untilEmpty = () =>
    scrapeUntil(weir.worker, ({ all, value }) => {
      const { 'state="failed"': _dead, ...jobs } = all('weir_queue_jobs');
      return Object.values(jobs).every((count) => count === 0) && value('weir_queue_oldest_seconds') === 0;
    });

  /** One of each kind, and who leaves at once, until one of them has a withdrawal. */
  async function askMix(): Promise<void> {
    for (const model of ['sim:tokens=5,every=10', 'sim:tokens=3', 'nobody', 'sim:status=429', 'unknown', 'unknown'])
      await ask(model);
    await ask('sim:tokens=3', { stream: false });
    await ask('sim:tokens=3', { path: '/v1/messages' });
    await ask('sim:tokens=30,every=10', { leaveAt: '"content":"' });
    provider.answer({ pieces: [HELD] });
    let over = await scrape(gateway.process);
    const withdrawn = over.value('weir_withdrawals_total');
    while (over.value('weir_withdrawals_total') === withdrawn) over = await leaveAtOnce(over);
    await scrapeUntil(gateway.process, ({ value }) => value('weir_exchanges_open') === 0);
  }

  interface Asking {
    readonly path?: string;
    readonly stream?: boolean;
    readonly leaveAt?: string;
  }

  const ask = (model: string, { path = chat, stream = true, leaveAt }: Asking = {}) =>
    askRaw({ url: new URL(path, gateway.url), body: { model, stream, messages: [], max_tokens: 9 } }, leaveAt);

  async function leaveAtOnce(before: Scrape): Promise<Scrape> {
    await sendAndLeave({ url: new URL('/v1/completions', gateway.url), body: { model: 'held', stream: true } });
    return scrapeUntil(gateway.process, (after) => booksIn(after).over > booksIn(before).over);
  }
});

(NO_REDIS_PROGRAM ? describe.skip : describe)(named('a Redis that hangs', NO_REDIS_PROGRAM), () => {
  let redis: PrivateRedis;
  let provider: Provider;
  let gateway: Launched;

  beforeAll(async () => {
    [redis, provider] = await Promise.all([startRedis(), startProvider()]);
    gateway = launchApp('gateway', { REDIS_URL: redis.url, UPSTREAM_URL: provider.url });
  });

  afterAll(async () => {
    redis.resume();
    await gateway.stop();
    await Promise.all([provider.close(), redis.remove()]);
  });

  test('shows while it does, and what waits for it on the disk; afterwards there is nothing to see', async () => {
    const { url = '' } = await gateway.ready;
    const well = { weir_queue_up: 1, weir_spool_records: 0, weir_spool_bytes: 0, weir_spool_oldest_seconds: 0 };
    const seen = ({ value }: Scrape) => Object.fromEntries(Object.keys(well).map((name) => [name, value(name)]));
    expect(seen(await scrape(gateway))).toEqual(well);
    redis.hang();
    const stream = await holdStream(provider, url);
    stream.letGo();
    expect((await stream.answer).text).toBe(HELD);
    const away = await scrape(gateway);
    expect(seen(away)).toMatchObject({ weir_queue_up: 0, weir_spool_records: 2 });
    expect(away.value('weir_spool_bytes')).toBeGreaterThan(0);
    expect(away.value('weir_spool_oldest_seconds')).toBeGreaterThan(0);
    expect(away.value('weir_completeness')).toBe(0);
    redis.resume();
    const back = await scrapeUntil(
      gateway,
      ({ value }) => value('weir_queue_up') === 1 && value('weir_spool_records') === 0,
    );
    expect(seen(back)).toEqual(well);
    expect(booksIn(back)).toEqual({ opened: 1, over: 1, open: 0, completeness: 0 });
  });
});

/** What Node and the process itself are watched by. */
const NODES = new Set(
  createRegistry()
    .getMetricsAsArray()
    .map(({ name }) => name),
);

function booksIn({ value }: Scrape) {
  const over = (value('weir_closings_total') ?? 0) + (value('weir_withdrawals_total') ?? 0);
  const [opened, open] = [value('weir_openings_total'), value('weir_exchanges_open')];
  return { opened: opened ?? 0, over, open, completeness: value('weir_completeness') };
}

/** What has not risen is left out. */
function risenBetween(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const risen = Object.entries(after).map(([labels, value]) => [labels, value - (before[labels] ?? 0)] as const);
  return Object.fromEntries(risen.filter(([, by]) => by !== 0));
}
