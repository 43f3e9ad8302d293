import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Register } from '@weir/infra/register';
import { openRegister } from '@weir/infra/register/open';
import { lostCompletion, type Opening } from '@weir/ledger/opening';
import { onEachQueue } from '../support/each-queue.ts';
import { NO_REDIS_PROGRAM, startRedis } from '../support/private-redis.ts';
import { type Launched, launchApp } from '../support/processes.ts';
import { NO_DATABASE } from '../support/queue-servers.ts';
import { ALL, openings } from '../support/register-openings.ts';
import { completion, deliver } from '../support/worker-completions.ts';
import { openWorkerHome, type WorkerHome } from '../support/worker-home.ts';

jest.setTimeout(60_000);

const LOST_AFTER_MS = 2000;
// Long enough for a busy machine to beat in, where a gateway is to be taken for alive.
const PATIENT_MS = 6000;

onEachQueue((queueOn) => {
  let home: WorkerHome;
  let register: Register;
  let workers: Launched[];
  let beating: AbortController;

  beforeEach(async () => {
    home = await openWorkerHome({ queueOn });
    register = openRegister(home.location, { timeoutMs: 5000 });
    workers = [];
    beating = new AbortController();
  });

  afterEach(async () => {
    beating.abort();
    for (const worker of workers) worker.signal('SIGKILL');
    await Promise.all(workers.map(({ ended }) => ended));
    await register.close();
    await home.leave();
  });

  const start = async (lostAfterMs = LOST_AFTER_MS): Promise<Launched> => {
    const worker = launchApp('worker', { ...home.env, GATEWAY_LOST_AFTER_MS: String(lostAfterMs) });
    workers.push(worker);
    await worker.ready;
    return worker;
  };

  const openAll = (all: readonly Opening[]) => Promise.all(all.map((one) => register.open(one)));
  const leftOf = (gateway: string) => register.openingsOf(gateway, ALL);

  const untilForgotten = async (gateway: string) => {
    while ((await register.gateways()).has(gateway)) await pause(50);
  };

  const rows = () => home.query('SELECT * FROM completions ORDER BY id');

  const metric = async (worker: Launched, line: string): Promise<number> => {
    const { metricsUrl } = await worker.ready;
    const text = await (await fetch(`${metricsUrl}/metrics`)).text();
    return Number(text.match(new RegExp(`^${line.replace(/[{}]/g, '\\$&')} (\\d+)$`, 'm'))?.[1]);
  };

  test('two workers make one row of each request that a dead gateway left open, and leave a live one alone', async () => {
    const [lost, open] = [openings(600, { gateway: 'dead' }), openings(20, { gateway: 'alive' })];
    await openAll([...lost, ...open]);
    await register.beat('dead');
    const beats = keepBeating(register, 'alive', beating.signal);
    const both = [await start(PATIENT_MS), await start(PATIENT_MS)];
    await untilForgotten('dead');
    await home.settled(600);

    const written = await rows();
    expect(written.map(({ id }) => id)).toEqual(lost.map(({ id }) => id));
    expect(written[0]).toMatchObject({ status: 'error', reason: 'gateway_lost', gateway: 'dead', cost: null });
    expect(new Set(written.map(({ reason }) => reason))).toEqual(new Set(['gateway_lost']));
    expect(await leftOf('dead')).toEqual([]);
    expect(await leftOf('alive')).toEqual(open);
    const reaped = await Promise.all(both.map((worker) => metric(worker, 'weir_reaped_total')));
    expect(reaped.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(600);
    while ((await metric(both[0] as Launched, 'weir_gateways{state="alive"}')) !== 1) await pause(50);
    beating.abort();
    await beats;
  });

  test('the real completion of such a request takes the place of its row, and nothing takes its place', async () => {
    const [one, other] = openings(2, { gateway: 'dead' }) as [Opening, Opening];
    await openAll([one, other]);
    await start();
    await home.settled(2);
    await untilForgotten('dead');
    const real = completion({ id: one.id, gateway: 'dead' });
    await deliver(home.queue, [real]);
    while ((await rows())[0]?.['reason'] !== null) await pause(50);
    const [replaced, untouched] = await rows();
    expect(replaced).toMatchObject({ id: one.id, status: 'ok', output_tokens: 100 });
    expect(untouched).toMatchObject({ id: other.id, reason: 'gateway_lost' });

    const again = completion({ ...real, outputTokens: 7, status: 'aborted', reason: 'client_disconnected' });
    await deliver(home.queue, [again]);
    await deliver(
      home.queue,
      [one, other].map((opening) => lostCompletion(opening, new Date())),
      '-late',
    );
    await home.settled(2);
    expect(await rows()).toEqual([replaced, untouched]);
  });

  test('what a killed worker had begun to reap, another one finishes', async () => {
    const lost = openings(2000, { gateway: 'dead' });
    await openAll(lost);
    const killed = await start();
    await killed.logged('openings.reaped');
    killed.signal('SIGKILL');
    await killed.ended;
    await start();
    await untilForgotten('dead');
    await home.settled(2000);
    expect((await rows()).map(({ id }) => id)).toEqual(lost.map(({ id }) => id));
    expect(await home.queue.getFailedCount()).toBe(0);
  });

  test('an opening that an older gateway left, of version 1, has its row like any other', async () => {
    const [old, ...others] = openings(2, { gateway: 'dead' }) as [Opening, Opening];
    await openAll([{ ...old, version: 1 } as never, ...others]);
    await start();
    await home.settled(2);
    expect(await rows()).toMatchObject([old, ...others].map(({ id }) => ({ id, reason: 'gateway_lost' })));
    expect(await home.queue.getFailedCount()).toBe(0);
  });

  test('an opening of a newer version waits in the register, and keeps no other waiting', async () => {
    const [newer, ...others] = openings(3, { gateway: 'dead' }) as [Opening, Opening, Opening];
    const strange = { ...newer, version: 3, mood: 'a secret' } as never;
    await openAll([strange, ...others]);
    const worker = await start();
    await home.settled(2);
    expect(await worker.logged('opening.unreadable')).toMatchObject({ gateway: 'dead', id: newer.id });
    expect((await rows()).map(({ id }) => id)).toEqual(others.map(({ id }) => id));
    while ((await leftOf('dead')).length > 1) await pause(50);
    expect(await leftOf('dead')).toEqual([strange]);
    expect(await metric(worker, 'weir_openings_unreadable')).toBe(1);
    expect(worker.output()).not.toContain('a secret');
  });
});

(NO_REDIS_PROGRAM || NO_DATABASE ? test.skip : test)(
  'a Redis that hangs for longer makes no gateway look dead',
  async () => {
    const redis = await startRedis();
    const home = await openWorkerHome({ queueOn: 'Redis', redisServer: redis.url });
    const register = openRegister(home.location, { timeoutMs: 1000 });
    const worker = launchApp('worker', { ...home.env, GATEWAY_LOST_AFTER_MS: String(PATIENT_MS) });
    const [left, open] = [openings(1, { gateway: 'dead' }), openings(3, { gateway: 'alive' })];
    await Promise.all([...left, ...open].map((one) => register.open(one)));
    const beating = new AbortController();
    const beats = keepBeating(register, 'alive', beating.signal);
    await worker.ready;

    redis.hang();
    await worker.logged('register.away');
    await pause(PATIENT_MS);
    redis.resume();
    await worker.logged('register.back');
    await home.settled(1);
    expect(await register.openingsOf('alive', ALL)).toEqual(open);
    expect(await home.query('SELECT id FROM completions')).toEqual([{ id: left[0]?.id }]);

    beating.abort();
    await beats;
    await worker.stop();
    await register.close();
    await home.leave();
    await redis.remove();
  },
);

/** As a gateway does: a beat that fails is followed by the next one. */
async function keepBeating(register: Register, gateway: string, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    await register.beat(gateway).catch(() => {});
    await pause(100);
  }
}
