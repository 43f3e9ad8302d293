import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { idsOf } from '@weir/infra/counts/minute';
import type { Log } from '@weir/infra/log';
import type { MinuteCount } from '@weir/infra/register';
import { createRowCheck, type RowCheck } from './row-check.ts';

const MINUTE = 29_539_474; // 2026-03-01T12:34Z
const [ID] = idsOf(MINUTE);

const AWAY = new Error('away');

let there: {
  counts: MinuteCount[];
  gateways: string[];
  rows: Record<string, number>;
  jobs: string[];
  jobCount: number | undefined;
};
let trouble: Error | undefined;
let said: string[];
let gauge: Record<string, number> | undefined;
let stopping: AbortController;
let check: RowCheck;

beforeEach(() => {
  jest.useFakeTimers({ now: (MINUTE + 10) * 60_000 });
  there = { counts: [], gateways: ['one', 'two'], rows: {}, jobs: [], jobCount: undefined };
  trouble = undefined;
  said = [];
  gauge = undefined;
  stopping = new AbortController();
  check = createRowCheck({
    register: {
      counts: async () => there.counts,
      gateways: async () => new Map(there.gateways.map((gateway) => [gateway, 1])),
      forget: async (counts) => {
        there.counts = there.counts.filter((count) => !counts.includes(count));
      },
    },
    queue: {
      getJobCountByTypes: async () => there.jobCount ?? there.jobs.length,
      getRanges: async ([state]) => (state === 'waiting' ? there.jobs : []),
    },
    rows: {
      perMinute: async (minutes) => {
        if (trouble !== undefined) throw trouble;
        return new Map(
          [...minutes].map((minute) => [minute, new Map(minute === MINUTE ? Object.entries(there.rows) : [])]),
        );
      },
    },
    metrics: {
      missing: (perGateway) => {
        gauge = Object.fromEntries(perGateway);
      },
      unknown: () => {
        gauge = undefined;
      },
    },
    log: logInto(said),
    stopping: stopping.signal,
  });
});

afterEach(() => void jest.useRealTimers());

const counted = (gateway: string, opened: number, closed = opened, minute = MINUTE): MinuteCount => ({
  gateway,
  minute,
  opened,
  closed,
});

async function lookTwice(): Promise<void> {
  await check.look();
  await check.look();
}

describe('what is missing', () => {
  test('is told of each gateway once it was looked for twice, and zero of the others', async () => {
    there.counts = [counted('one', 5), counted('two', 2)];
    there.rows = { one: 2, two: 2 };
    await check.look();
    expect(gauge).toBeUndefined();
    await check.look();
    expect(gauge).toEqual({ one: 3, two: 0 });
    expect(said).toEqual(['error rows.missing one 3 2026-03-01T12:34Z 2026-03-01T12:34Z']);
  });

  test('is logged again when it changes, and when it is found', async () => {
    there.counts = [counted('one', 5)];
    there.rows = { one: 2 };
    await lookTwice();
    there.counts = [counted('one', 5), counted('one', 1, 1, MINUTE + 5)];
    await lookTwice();
    there.rows = { one: 5 };
    await lookTwice();
    there.counts = [];
    await lookTwice();
    expect(said).toEqual([
      'error rows.missing one 3 2026-03-01T12:34Z 2026-03-01T12:34Z',
      'error rows.missing one 4 2026-03-01T12:34Z 2026-03-01T12:39Z',
      'error rows.missing one 1 2026-03-01T12:39Z 2026-03-01T12:39Z',
      'info rows.found one',
    ]);
    expect(gauge).toMatchObject({ one: 0 });
  });

  test('is nothing of what is in the queue', async () => {
    there.counts = [counted('one', 2)];
    there.jobs = [ID, `${ID}-lost`];
    there.rows = { one: 1 };
    await lookTwice();
    expect(gauge).toEqual({ one: 0, two: 0 });
  });

  test('is not told while nobody can know', async () => {
    there.counts = [counted('one', 5)];
    await lookTwice();
    expect(gauge).toMatchObject({ one: 5 });
    there.jobCount = 50_001;
    await check.look();
    expect(gauge).toBeUndefined();
  });
});

describe('what is settled', () => {
  test('is forgotten, and looked for no more', async () => {
    const open = counted('two', 3, 2);
    there.counts = [counted('one', 5), open];
    there.rows = { one: 5, two: 3 };
    await lookTwice();
    expect(there.counts).toEqual([open]);
    there.counts = [];
    await check.look();
    expect(gauge).toEqual({ one: 0, two: 0 });
    expect(said).toEqual([]);
  });

  test('by another worker is nothing that is missing', async () => {
    there.counts = [counted('one', 5)];
    await check.look();
    there.counts = [];
    there.rows = { one: 5 };
    await check.look();
    expect(gauge).toMatchObject({ one: 0 });
  });

  test('is what is older than a day, too, and nothing of it is told', async () => {
    const old = counted('one', 5, 5, MINUTE - 1440);
    there.counts = [old, counted('one', 5)];
    there.rows = { one: 4 };
    await lookTwice();
    expect(there.counts).toEqual([counted('one', 5)]);
    expect(gauge).toEqual({ one: 1, two: 0 });
  });
});

describe('what does not answer', () => {
  test('leaves the gauge empty, and is logged when it goes and when it is back', async () => {
    there.counts = [counted('one', 5)];
    await lookTwice();
    trouble = AWAY;
    await lookTwice();
    expect(gauge).toBeUndefined();
    trouble = undefined;
    await check.look();
    expect(gauge).toMatchObject({ one: 5 });
    expect(said.slice(1)).toEqual(['warn rows.unchecked', 'info rows.checked']);
  });

  test('is no news when the process is to end', async () => {
    trouble = AWAY;
    stopping.abort();
    await check.look();
    expect(said).toEqual([]);
  });
});

function logInto(lines: string[]): Log {
  const level = (name: string) => (fields: unknown, event?: string) => {
    const { gateway, missing, from, to } = (typeof fields === 'string' ? {} : fields) as Record<string, unknown>;
    const parts = [name, event ?? fields, gateway, missing, from, to];
    lines.push(parts.filter((part) => part !== undefined).join(' '));
  };
  return { info: level('info'), warn: level('warn'), error: level('error') } as unknown as Log;
}
