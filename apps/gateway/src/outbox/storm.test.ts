import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Log } from '@weir/infra/log';
import '../../testing/faked-pause.ts';
import { Storm } from '../../testing/storm/storm.ts';
import type { QueueWriterOptions } from '../../testing/storm/stormy-server.ts';
import type { OpenOutbox } from './create-outbox.ts';

let storm: Storm;
jest.unstable_mockModule('@weir/infra/queue/writer', () => ({
  openQueueWriter: (_location: unknown, options: QueueWriterOptions) => storm.server.openQueueWriter(options),
}));
const { openOutbox } = await import('./create-outbox.ts');

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'];
const silent = Object.fromEntries(LEVELS.map((level) => [level, () => {}])) as unknown as Log;

const STEP_MS = 5;
const NOTHING = { requests: [], completions: [] };
const seeds = Array.from({ length: 4 }, (_, seed) => ({ seed: seed + 1 }));

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

async function pass(steps: number, each = () => {}): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    each();
    storm.tick();
    await jest.advanceTimersByTimeAsync(STEP_MS);
  }
}

/** A storm begins, with a gateway in it that knows already how the queue is. */
async function breakLoose(seed: number): Promise<OpenOutbox> {
  storm = new Storm(seed);
  const location = { databaseUrl: '', prefix: '' };
  const opened = openOutbox({ gateway: 'gateway-1', location, spool: storm.spool, log: silent });
  const started = opened.start();
  await pass(2);
  await started;
  return opened;
}

const standing = () => [...storm.server.openings.keys()];

function expectAllIsKept({ state }: OpenOutbox): void {
  expect(state.atRisk()).toBe(0);
  expect([...storm.spool.records()]).toEqual([]);
  expect(storm.lostByNow()).toEqual(NOTHING);
  expect(standing()).toEqual(expect.arrayContaining([...storm.open]));
  expect([...storm.closed].filter((id) => storm.server.openings.has(id))).toEqual([]);
  expect([...storm.unwanted].filter((id) => storm.server.completions.has(id))).toEqual([]);
  const { opened, closed } = counted();
  expect({ opened, closed }).toEqual({ opened: storm.open.size + storm.closed.size, closed: storm.closed.size });
}

const counted = () => storm.server.counts[0] ?? { opened: 0, closed: 0 };

/** Whoever compared what is counted with what is there would miss nothing. */
function expectNoFalseAlarm(): void {
  expect(counted().closed).toBeLessThanOrEqual(storm.server.completions.size);
}

describe.each(seeds)('in storm $seed', ({ seed }) => {
  test('a crash at any moment loses nothing, and when it clears up everything is in its place', async () => {
    const opened = await breakLoose(seed);
    await pass(1500, () => {
      storm.rage(opened.outbox);
      expect(storm.lostByNow()).toEqual(NOTHING);
      expectNoFalseAlarm();
    });
    expect(storm.closed.size).toBeGreaterThan(300);
    storm.clearUp();
    await pass(1000);
    expectAllIsKept(opened);
    expect(standing().toSorted()).toEqual([...storm.open].toSorted());
  });

  test('with a disk that is full at times, what cannot be kept is refused, and what was promised is kept', async () => {
    const opened = await breakLoose(seed + 100);
    await pass(1500, () => {
      if (storm.chance() < 0.01) storm.spool.isFull = !storm.spool.isFull;
      storm.rage(opened.outbox);
      expect(storm.lostByNow()).toEqual(NOTHING);
      expectNoFalseAlarm();
    });
    expect(storm.unwanted.size).toBeGreaterThan(50);
    storm.clearUp();
    await pass(1000);
    expectAllIsKept(opened);
    expect(standing().toSorted()).toEqual([...storm.open].toSorted());
  });

  test('a server that forgets its last second whenever it is away is told everything again', async () => {
    const opened = await breakLoose(seed + 200);
    let before = storm.server.remember();
    let step = 0;
    await pass(1500, () => {
      storm.rage(opened.outbox);
      step += 1;
      expectNoFalseAlarm();
      if (storm.server.weather === 'away') storm.server.forget(before);
      else if (step % 200 === 0) before = storm.server.remember();
    });
    storm.clearUp();
    await pass(1000);
    // What was withdrawn just before, it may have again: a row too much is the price, should the gateway die then.
    expectAllIsKept(opened);
  });

  test('a server that forgets its last second behind a connection that stands is told everything again', async () => {
    const opened = await breakLoose(seed + 300);
    let before = storm.server.remember();
    await pass(1500, () => {
      storm.rage(opened.outbox); // until the next beat what it forgot is rightly missing
      if (storm.chance() < 0.005) storm.server.forget(before);
      else if (storm.chance() < 0.01) before = storm.server.remember();
    });
    storm.server.forget(before);
    storm.clearUp();
    await pass(1000);
    expectAllIsKept(opened);
  });
});
