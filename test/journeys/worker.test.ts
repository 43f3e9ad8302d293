import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { putByHand } from '../support/job-by-hand.ts';
import { type PrivatePostgres, startPostgres } from '../support/private-postgres.ts';
import { type Launched, launchApp, runProcess } from '../support/processes.ts';
import { NO_DATABASE, NO_REDIS, named } from '../support/queue-servers.ts';
import { completion, completions, deliver } from '../support/worker-completions.ts';
import { migrate, openWorkerHome, type QueueOn, type WorkerHome } from '../support/worker-home.ts';

jest.setTimeout(180_000); // a guard against a hang: a busy machine takes its time until jobs of a broken connection are free again

interface Kind {
  readonly queueOn: QueueOn;
  readonly missing: boolean;
}
const withName = (kind: Kind) => ({ ...kind, name: named(kind.queueOn, kind.missing) });
const onServers: Kind[] = [
  { queueOn: 'Redis', missing: NO_REDIS || NO_DATABASE },
  { queueOn: 'Postgres', missing: NO_DATABASE },
];
const onOwnPostgres: Kind[] = [
  { queueOn: 'Redis', missing: NO_REDIS },
  { queueOn: 'Postgres', missing: false },
];

let home: WorkerHome;
let workers: Launched[] = [];

const launch = (env: Record<string, string> = {}): Launched => {
  const worker = launchApp('worker', { ...home.env, ...env });
  workers.push(worker);
  return worker;
};

const start = async (env: Record<string, string> = {}): Promise<Launched> => {
  const worker = launch(env);
  await worker.ready;
  return worker;
};

const leave = async () => {
  for (const worker of workers) worker.signal('SIGKILL');
  await Promise.all(workers.map(({ ended }) => ended));
  workers = [];
  await home.leave();
};

const failedJobs = () => home.queue.getFailedCount();

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20);
}

describe.each(onServers.map(withName))('a worker whose queue is on $name', ({ queueOn, missing }) => {
  const it = missing ? test.skip : test;
  beforeEach(async () => {
    if (!missing) home = await openWorkerHome({ queueOn });
  });
  afterEach(async () => {
    if (!missing) await leave();
  });

  it('writes a thousand completions as a thousand rows, priced, and counts them', async () => {
    const sent = completions(1000);
    await deliver(home.queue, sent);
    const { metricsUrl } = await (await start()).ready;
    await home.settled(1000);
    const rows = await home.query('SELECT id, cost, model, duration_ms, usage FROM completions');
    expect(rows.map(({ id }) => id).toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
    expect(rows[0]).toMatchObject({ model: 'gpt-4o-2024-08-06', duration_ms: 1200, usage: sent[0]?.usage });
    expect(Number(rows[0]?.['cost'])).toBeGreaterThan(0);

    const metrics = await (await fetch(`${metricsUrl}/metrics`)).text();
    expect(metrics).toContain('weir_ledger_rows_total{outcome="written"} 1000');
    const known = Number(/^weir_ledger_rows_total\{outcome="known"\} (\d+)$/m.exec(metrics)?.[1]); // a busy machine delivers some twice
    expect(metrics).toContain(`weir_ledger_lag_seconds_count ${1000 + known}\n`);
    expect(metrics).toContain('weir_queue_jobs{state="waiting"} 0');
    expect((await fetch(`${metricsUrl}/healthz`)).status).toBe(200);
  });

  it('makes one row of what is delivered twice, at once or later', async () => {
    const sent = completions(20);
    await deliver(home.queue, sent);
    await deliver(home.queue, sent, '-again');
    await start();
    await home.settled(20);
    await deliver(home.queue, sent);
    await home.settled(20);
    expect(await home.count()).toBe(20);
    expect(await failedJobs()).toBe(0);
  });

  it('writes what an older gateway sent, of version 1, as if it had said all that version 2 does', async () => {
    const { unpriced: _, units: __, serviceTier: ___, billedOnce: ____, ...fields } = completion();
    await deliver(home.queue, [{ ...fields, version: 1 } as never, completion({ unpriced: 'usage' })]);
    await start();
    await home.settled(2);
    const rows = await home.query('SELECT unpriced, cost IS NULL AS costs_null FROM completions ORDER BY unpriced');
    expect(rows).toEqual([
      { unpriced: 'usage', costs_null: true },
      { unpriced: null, costs_null: false },
    ]);
    expect(await failedJobs()).toBe(0);
  });

  it('keeps what does not parse as a dead letter, which is listed, and written when it is put back mended', async () => {
    const good = completion();
    const bad = { ...good, version: 3, status: 'a secret' } as never;
    await deliver(home.queue, [bad]);
    const worker = await start();
    expect(await worker.logged('completion.refused')).toMatchObject({ id: good.id });
    await until(async () => (await failedJobs()) === 1);
    expect(await home.count()).toBe(0);

    const listed = await deadLetters(home.env);
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(
      new RegExp(`${good.id} .+Z +1  version: .+expected one of 1\\|2; status: .+\n1 dead letter\n$`),
    );
    expect(listed.stdout).not.toContain('a secret');
    const asJson = await deadLetters(home.env, '--json', '--id', good.id);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ id: good.id, attempts: 1, reason: expect.any(String) });

    await (await home.queue.getJob(good.id))?.updateData(good);
    const retried = await deadLetters(home.env, '--retry');
    expect(retried).toMatchObject({ code: 0, stdout: '1 dead letter put back\n' });
    await home.settled(1);
    expect(await deadLetters(home.env)).toMatchObject({ code: 0, stdout: 'no dead letters\n' });
  });

  // Postgres has a column that takes nothing else.
  if (queueOn === 'Redis') {
    it('keeps what is no JSON as a dead letter, which is listed and cannot be put back, and writes its neighbours', async () => {
      const sent = completions(20);
      await deliver(home.queue, sent);
      const id = 'poison';
      await putByHand(home.queue, home.location.redisUrl ?? '', { id, data: '{"version":1,' });
      const worker = await start();
      expect(await worker.logged('completion.refused')).toMatchObject({ id, reason: 'its data is no JSON' });
      await home.settled(20);
      await until(async () => (await failedJobs()) === 1);

      const listed = await deadLetters(home.env);
      expect(listed).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(`${id} .+ its data is no JSON\n1 dead letter\n`),
      });
      const retried = await deadLetters(home.env, '--retry');
      expect(retried).toMatchObject({ code: 0, stdout: 'no dead letters put back\n' });
      expect(retried.stderr).toMatch('1 cannot be put back');
      expect(await deadLetters(home.env, '--retry', '--id', id)).toMatchObject({ code: 1, stdout: '' });
      expect(await failedJobs()).toBe(1);
    });
  }

  it('writes two hundred though one among them is refused, and keeps that one', async () => {
    const tooLarge = completion({ httpStatus: 2 ** 31 }); // for its column, though not for the contract
    const sent = [...completions(137), tooLarge, ...completions(63)];
    await deliver(home.queue, sent);
    await start();
    await home.settled(200);
    expect(await home.count()).toBe(200);
    const [letter] = await home.queue.getFailed();
    expect(letter).toMatchObject({ id: tooLarge.id, attemptsMade: 1 });
    expect(letter?.failedReason).toContain('a value');
  });

  it('writes what it holds when it is told to stop under load, and leaves the rest to the next', async () => {
    const sent = completions(3000);
    await deliver(home.queue, sent);
    const first = await start();
    await until(async () => (await home.count()) > 0);
    first.signal('SIGTERM');
    expect((await first.ended).code).toBe(0);
    expect(first.log.slice(-2).map(({ event }) => event)).toEqual(['worker.stopping', 'worker.stopped']);
    expect(await home.queue.getJobCounts('active', 'failed')).toEqual({ active: 0, failed: 0 });
    // A lock that lapsed on a busy machine may leave a job that has its row already: never one that has none.
    const waiting = (await home.queue.getWaiting()).map(({ id }) => id);
    const written = (await home.query('SELECT id FROM completions')).map(({ id }) => id);
    expect(new Set([...waiting, ...written])).toEqual(new Set(sent.map(({ id }) => id)));
    await start();
    await home.settled(3000);
    expect(await home.count()).toBe(3000);
  });

  it('stops by itself when the process that started it is gone', async () => {
    const worker = await start();
    worker.disconnect();
    expect((await worker.ended).code).toBe(0);
  });

  it('leaves what it held to the others when it is killed', async () => {
    await deliver(home.queue, completions(3000));
    const [killed] = await Promise.all([start(), start()]);
    await until(async () => (await home.count()) > 0);
    killed.signal('SIGKILL');
    await killed.ended;
    await home.settled(3000);
    expect(await home.count()).toBe(3000);
    expect(await failedJobs()).toBe(0);
  });

  it('says what is wrong with a setting, and with a port that is taken', async () => {
    expect(await launch({ BATCH_SIZE: 'many' }).ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('BATCH_SIZE'),
    });
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const ended = await launch({ METRICS_PORT: String(port) }).ended;
    holder.close();
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(`^METRICS_PORT ${port} on 127.0.0.1 is taken.*\n$`),
    });
  });
});

describe.each(onOwnPostgres.map(withName))(
  'a worker whose ledger goes away, its queue on $name',
  ({ queueOn, missing }) => {
    const it = missing ? test.skip : test;
    let postgres: PrivatePostgres;
    beforeAll(async () => {
      if (!missing) postgres = await startPostgres();
    });
    afterAll(async () => {
      if (!missing) await postgres.remove();
    });
    afterEach(async () => {
      if (!missing) await leave();
    });

    it('holds what it has until the ledger is back, and then writes all of it', async () => {
      home = await openWorkerHome({ queueOn, databaseServer: postgres.url });
      const worker = await start();
      await deliver(home.queue, completions(300));
      await postgres.stop();
      if (queueOn === 'Redis') {
        await deliver(home.queue, completions(200));
        await worker.logged('ledger.away');
        const held = await home.queue.getActive();
        expect(new Set(held.map(({ attemptsMade }) => attemptsMade))).toEqual(new Set([0]));
      }
      await postgres.start();
      if (queueOn === 'Postgres') await deliver(home.queue, completions(200));
      await home.settled(500);
      expect(await home.count()).toBe(500);
      expect(await failedJobs()).toBe(0);
      expect(worker.log.filter(({ event }) => event === 'ledger.away').length).toBeLessThanOrEqual(1);
    });

    it('waits for a database that is away or not migrated when it starts, and says so', async () => {
      home = await openWorkerHome({ queueOn, databaseServer: postgres.url, migrated: false });
      await postgres.stop();
      const worker = launch();
      expect(await worker.logged('ledger.away')).toMatchObject({ reason: expect.stringContaining('ECONNREFUSED') });
      await postgres.start();
      await worker.logged('ledger.away', 'npm run migrate');
      await migrate(home.location);
      await worker.ready;
      await deliver(home.queue, completions(10));
      await home.settled(10);
    });

    it('gives back what it holds when it is told to stop meanwhile', async () => {
      home = await openWorkerHome({ queueOn, databaseServer: postgres.url });
      const first = await start();
      if (queueOn === 'Postgres') await deliver(home.queue, completions(300));
      await postgres.stop();
      if (queueOn === 'Redis') await deliver(home.queue, completions(300));
      await first.logged(queueOn === 'Redis' ? 'ledger.away' : 'queue.error');
      first.signal('SIGTERM');
      expect((await first.ended).code).toBe(0);
      if (queueOn === 'Redis') {
        expect(await home.queue.getJobCounts('waiting', 'active', 'failed')).toEqual({
          waiting: 300,
          active: 0,
          failed: 0,
        });
        expect(new Set((await home.queue.getWaiting()).map(({ attemptsMade }) => attemptsMade))).toEqual(new Set([0]));
      }
      await postgres.start();
      await start();
      await home.settled(300);
      expect(await failedJobs()).toBe(0);
    });
  },
);

const deadLetters = (env: Record<string, string>, ...args: string[]) =>
  runProcess('apps/worker/src/dead-letters/main.ts', { env, args });
