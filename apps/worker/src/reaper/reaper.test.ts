import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Completion } from '@weir/ledger/completion';
import { lostCompletion, type Opening } from '@weir/ledger/opening';
import { opening, Scene } from '../../testing/reaper-scene.ts';
import type { Reaper } from './reaper.ts';

let scene: Scene;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  scene = new Scene();
});
afterEach(() => void jest.useRealTimers());

const openings = (count: number) => Array.from({ length: count }, () => opening());
const idsOf = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).toSorted();
const AWAY = new Error('connect ECONNREFUSED');

/** A look each second; those that are alive beat in between. */
async function lookFor(seconds: number, reapers: readonly Reaper[], alive: readonly string[] = []): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    for (const gateway of alive) scene.beat(gateway);
    await Promise.all(reapers.map(({ look }) => look()));
    jest.advanceTimersByTime(1000);
  }
}

/** Throws at the call so many times, counted from the first. */
function failAt(call: string, times: readonly number[], error = AWAY): void {
  let calls = 0;
  scene.before = (called) => {
    if (called !== call) return;
    calls += 1;
    if (times.includes(calls)) throw error;
  };
}

describe('a reaper', () => {
  test('makes a row of each opening whose gateway stood still, and forgets the gateway', async () => {
    const left = openings(3);
    scene.open('dead', left);
    scene.beat('dead');
    const reaper = scene.reaper();
    await lookFor(15, [reaper]);
    expect(scene.jobs.size).toBe(0);
    await lookFor(2, [reaper]);

    const rows = await scene.consume();
    expect(idsOf(rows)).toEqual(idsOf(left));
    expect(rows[0]).toMatchObject({ status: 'error', reason: 'gateway_lost', usageSource: 'none', cost: null });
    expect(scene.left()).toEqual([]);
    expect(scene.beats.size).toBe(0);
    expect(scene.seen).toMatchObject({ reaped: 3, gateways: { alive: 0, gone: 1 } });
    expect(scene.said('openings.reaped')).toEqual([{ gateway: 'dead', count: 3 }]);
  });

  test('leaves alone what a gateway that beats has open, however long', async () => {
    scene.open('alive', openings(3));
    await lookFor(120, [scene.reaper()], ['alive']);
    expect(scene.left()).toHaveLength(3);
    expect(scene.jobs.size).toBe(0);
    expect(scene.seen.gateways).toEqual({ alive: 1, gone: 0 });
  });

  test('reaps what a gateway left open that never beat', async () => {
    scene.open('stillborn', openings(2));
    await lookFor(17, [scene.reaper()]);
    expect(await scene.consume()).toHaveLength(2);
    expect(scene.left()).toEqual([]);
  });

  test('says that a request ended when its gateway was seen alive last', async () => {
    const startedAt = new Date().toISOString();
    scene.open('dead', [opening({ startedAt })]);
    const reaper = scene.reaper();
    await lookFor(60, [reaper], ['dead']);
    await lookFor(20, [reaper]);
    const [row] = await scene.consume();
    expect(row).toMatchObject({ startedAt, durationMs: 59_000 });
  });

  test('claims no more than that a gateway which it never saw alive had accepted the request', async () => {
    const one = opening();
    scene.open('dead', [one]);
    await lookFor(17, [scene.reaper()]);
    expect(await scene.consume()).toMatchObject([{ finishedAt: one.startedAt, durationMs: 0 }]);
  });

  test('takes a gateway that beats again for alive again', async () => {
    scene.beat('paused');
    const reaper = scene.reaper();
    await lookFor(17, [reaper]);
    scene.open('paused', openings(1));
    await lookFor(30, [reaper], ['paused']);
    expect(scene.left()).toHaveLength(1);
    expect(scene.seen.gateways).toEqual({ alive: 1, gone: 0 });
  });

  test('does not forget a gateway that beats again while it is looked at', async () => {
    scene.beat('paused');
    const reaper = scene.reaper();
    await lookFor(15, [reaper]);
    scene.before = (call) => (call === 'leave' ? scene.beat('paused') : undefined);
    await lookFor(1, [reaper]);
    expect(scene.beats).toEqual(new Map([['paused', 2]]));
    scene.before = () => {};
    await lookFor(14, [reaper], ['paused']);
    expect(scene.seen.gateways).toEqual({ alive: 1, gone: 0 });
  });

  test('reaps thousands page by page', async () => {
    const left = openings(1200);
    scene.open('dead', left);
    await lookFor(19, [scene.reaper()]);
    expect(scene.said('openings.reaped').map(({ count }) => count)).toEqual([500, 500, 200]);
    expect(idsOf(await scene.consume())).toEqual(idsOf(left));
    expect(scene.left()).toEqual([]);
  });
});

describe('a register that is away', () => {
  test('makes no gateway look dead, though it is away for a minute', async () => {
    scene.open('alive', openings(1));
    const reaper = scene.reaper();
    await lookFor(14, [reaper], ['alive']);
    scene.before = () => Promise.reject(AWAY);
    await lookFor(60, [reaper]);
    expect(scene.seen.gateways).toBeUndefined();
    scene.before = () => {};
    await lookFor(14, [reaper]);
    await lookFor(10, [reaper], ['alive']);
    expect(scene.jobs.size).toBe(0);
  });

  test('makes no gateway look dead, though one look hung for a minute', async () => {
    scene.open('alive', openings(1));
    const reaper = scene.reaper();
    await lookFor(14, [reaper], ['alive']);
    const hung = Promise.withResolvers<void>();
    scene.before = () => hung.promise;
    const looked = reaper.look();
    jest.advanceTimersByTime(60_000);
    scene.before = () => {};
    hung.resolve();
    await looked;
    await lookFor(14, [reaper]);
    expect(scene.jobs.size).toBe(0);
    await lookFor(3, [reaper]);
    expect(scene.jobs.size).toBe(1);
  });

  test('is logged when it goes and when it is back, not in between', async () => {
    const reaper = scene.reaper();
    await lookFor(2, [reaper]);
    scene.before = () => Promise.reject(AWAY);
    await lookFor(20, [reaper]);
    scene.before = () => {};
    await lookFor(2, [reaper]);
    expect(scene.events).toEqual([
      { event: 'register.away', fields: { error: AWAY } },
      { event: 'register.back', fields: {} },
    ]);
  });

  test('is no news to a worker that stops', async () => {
    const reaper = scene.reaper();
    scene.stop.abort();
    scene.before = () => Promise.reject(AWAY);
    await reaper.look();
    expect(scene.events).toEqual([]);
  });
});

describe('a queue that is away', () => {
  test('is offered the openings on each look, and logged once', async () => {
    scene.open('dead', openings(2));
    const reaper = scene.reaper();
    failAt('addBulk', [1, 2, 3]);
    await lookFor(18, [reaper]);
    expect(scene.left()).toHaveLength(2);
    await lookFor(2, [reaper]);
    expect(scene.left()).toEqual([]);
    expect(await scene.consume()).toHaveLength(2);
    expect(scene.events.map(({ event }) => event)).toEqual(['register.away', 'openings.reaped', 'register.back']);
  });

  test('is not waited for without end', async () => {
    scene.open('dead', openings(1));
    const reaper = scene.reaper();
    await lookFor(15, [reaper]);
    scene.before = (call) => (call === 'addBulk' ? new Promise(() => {}) : undefined);
    const looked = reaper.look();
    await jest.advanceTimersByTimeAsync(2000);
    await looked;
    expect(scene.said('register.away')).toEqual([
      { error: expect.objectContaining({ message: 'the queue did not answer in 2000 ms' }) },
    ]);
    expect(scene.left()).toHaveLength(1);
  });
});

describe('a worker that is killed', () => {
  /** The first reaper is not asked any more once it met the failure, as if it were killed there. */
  async function killAt(call: string, times: readonly number[]): Promise<void> {
    const killed = scene.reaper();
    failAt(call, times);
    for (let second = 0; scene.said('register.away').length === 0; second += 1) {
      if (second > 60) throw new Error(`it never came to ${call}`);
      await lookFor(1, [killed]);
    }
    scene.before = () => {};
    await lookFor(19, [scene.reaper()]);
  }

  const steps = [
    { between: 'reading and putting', call: 'addBulk', times: [1] },
    { between: 'putting and retiring', call: 'retire', times: [1, 2, 3, 4] },
    { between: 'one retirement and the next', call: 'retire', times: [3, 4] },
    { between: 'retiring and forgetting the gateway', call: 'leave', times: [1] },
  ];

  test.each(steps)('between $between loses nothing and doubles nothing', async ({ call, times }) => {
    const left = openings(4);
    scene.open('dead', left);
    scene.beat('dead');
    await killAt(call, times);
    expect([...scene.jobs.keys()].toSorted()).toEqual(idsOf(left).map((id) => `${id}-lost`));
    expect(idsOf(await scene.consume())).toEqual(idsOf(left));
    expect(scene.left()).toEqual([]);
    expect(scene.beats.size).toBe(0);
  });

  test.each(steps)(
    'between $between changes nothing where the queue was emptied meanwhile',
    async ({ call, times }) => {
      const left = openings(4);
      scene.open('dead', left);
      const killed = scene.reaper();
      failAt(call, times);
      await lookFor(17, [killed]);
      const before = structuredClone(await scene.consume());
      scene.before = () => {};
      await lookFor(19, [scene.reaper()]);
      const rows = await scene.consume();
      expect(idsOf(rows)).toEqual(idsOf(left));
      expect(rows).toEqual(expect.arrayContaining([...before]));
      expect(scene.left()).toEqual([]);
    },
  );
});

describe('several reapers', () => {
  test('at once make one row of each opening', async () => {
    const left = openings(700);
    scene.open('dead', left);
    await lookFor(20, [scene.reaper(), scene.reaper(), scene.reaper()]);
    expect(scene.jobs.size).toBe(700);
    expect(idsOf(await scene.consume())).toEqual(idsOf(left));
    expect(scene.left()).toEqual([]);
  });

  test('of which one lags behind change nothing of what is written', async () => {
    const left = openings(3);
    scene.open('dead', left);
    const [first, second] = [scene.reaper(), scene.reaper()];
    await lookFor(15, [first, second]);
    const read = Promise.withResolvers<void>();
    scene.before = (call) => (call === 'addBulk' ? read.promise : undefined);
    const lagging = second.look();
    await jest.advanceTimersByTimeAsync(0);
    scene.before = () => {};
    await lookFor(2, [first]);
    const rows = structuredClone(await scene.consume());
    read.resolve();
    await lagging;
    expect(scene.jobs.size).toBe(3);
    expect(await scene.consume()).toEqual(rows);
  });
});

describe('a request whose gateway was only cut off', () => {
  const real = (one: Opening): Completion => ({
    ...lostCompletion(one, new Date(one.startedAt)),
    status: 'aborted',
    reason: 'client_disconnected',
  });

  test('keeps its real completion, though the lost one still waits on the queue', async () => {
    const one = opening();
    scene.open('dead', [one]);
    await lookFor(17, [scene.reaper()]);
    await scene.queue.addBulk([{ data: real(one), opts: { jobId: one.id } }]);
    expect(scene.jobs.size).toBe(2);
    expect(await scene.consume()).toMatchObject([{ reason: 'client_disconnected' }]);
  });

  test('has its row replaced where the lost one was written already, and then it stands', async () => {
    const one = opening();
    scene.open('dead', [one]);
    await lookFor(17, [scene.reaper()]);
    expect(await scene.consume()).toMatchObject([{ reason: 'gateway_lost' }]);
    await scene.queue.addBulk([{ data: real(one), opts: { jobId: one.id } }]);
    expect(await scene.consume()).toMatchObject([{ reason: 'client_disconnected' }]);
    scene.open('dead', [one]);
    await lookFor(17, [scene.reaper()]);
    expect(await scene.consume()).toMatchObject([{ reason: 'client_disconnected' }]);
  });
});

describe('an opening that cannot be read', () => {
  const newer = () => ({ ...opening(), version: 3, mood: 'a secret' });

  test('stays where it is, is logged once by its id alone, and is counted', async () => {
    const [strange, ...good] = [newer(), opening(), opening()];
    scene.open('dead', [strange, ...good]);
    await lookFor(200, [scene.reaper()]);
    expect(idsOf(await scene.consume())).toEqual(idsOf(good));
    expect(scene.left()).toEqual([strange]);
    expect(scene.said('opening.unreadable')).toEqual([{ gateway: 'dead', id: strange.id }]);
    expect(JSON.stringify(scene.events)).not.toContain('a secret');
    expect(scene.seen.unreadable).toBe(1);
    expect(scene.seen.gateways).toEqual({ alive: 0, gone: 1 });
  });

  test.each([[null], ['text'], [17], [{ id: 'a secret' }], [[]]])('may be anything: %j', async (record) => {
    scene.open('dead', [record, opening()]);
    await lookFor(20, [scene.reaper()]);
    expect(await scene.consume()).toHaveLength(1);
    expect(scene.left()).toEqual([record]);
    expect(scene.said('opening.unreadable')).toEqual([{ gateway: 'dead', id: 'unknown' }]);
  });

  test('does not hide the others, however many there are of it', async () => {
    const good = openings(3);
    scene.open('dead', [...Array.from({ length: 1300 }, newer), ...good]);
    await lookFor(20, [scene.reaper()]);
    expect(idsOf(await scene.consume())).toEqual(idsOf(good));
    expect(scene.seen.unreadable).toBe(1300);
  });

  test('is not read again every second when nothing else is left', async () => {
    scene.open('dead', [newer()]);
    let reads = 0;
    scene.before = (call) => {
      reads += Number(call === 'openingsOf');
    };
    await lookFor(15 + 180, [scene.reaper()]);
    expect(reads).toBe(3);
  });

  test('is forgotten with its gateway, once a newer worker has taken it', async () => {
    scene.open('dead', [newer()]);
    const reaper = scene.reaper();
    await lookFor(20, [reaper]);
    scene.openings.delete('dead');
    await lookFor(1, [reaper]);
    expect(scene.seen.unreadable).toBe(0);
    expect(scene.seen.gateways).toEqual({ alive: 0, gone: 0 });
  });
});
