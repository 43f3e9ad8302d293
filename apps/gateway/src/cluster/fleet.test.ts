import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import '../../testing/faked-pause.ts';
import type { Member } from './fleet.ts';
import type { Ending } from './gateway-process.ts';
import type { Ready } from './messages.ts';

const { Fleet } = await import('./fleet.ts');

const STOP_WITHIN_MS = 42_000;
const KILLED: Ending = { code: null, signal: 'SIGKILL' };

/** A process that becomes ready, and ends, when the test says so. */
class Puppet implements Member {
  readonly #ready = Promise.withResolvers<Ready>();
  readonly #ended = Promise.withResolvers<Ending>();
  readonly #startedAt = Date.now();
  readonly ready = this.#ready.promise;
  readonly ended = this.#ended.promise;
  readonly metrics = [];
  readonly pid = 1;
  instance: string | undefined;
  told: string[] = [];

  get ageMs(): number {
    return Date.now() - this.#startedAt;
  }

  async serve(): Promise<void> {
    this.instance = 'some';
    this.#ready.resolve({ url: 'http://here', instance: this.instance });
    await pass(0);
  }

  async end(ending: Ending): Promise<void> {
    this.#ended.resolve(ending);
    await pass(0);
  }

  async askMetrics(): Promise<void> {}

  async configure(): Promise<void> {
    this.told.push('configure');
  }

  stop(): void {
    this.told.push('stop');
  }

  kill(): void {
    this.told.push('kill');
    this.#ended.resolve(KILLED);
  }
}

let started: Puppet[];
let full: string[];
let gone: Member[];
let lost: unknown[];
let fleet: InstanceType<typeof Fleet>;
let over: Promise<number>;

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const at = (index: number) => started[index] as Puppet;

beforeEach(async () => {
  jest.useFakeTimers();
  [started, full, gone, lost] = [[], [], [], []];
  fleet = new Fleet({
    count: 3,
    start: () => {
      started.push(new Puppet());
      return at(started.length - 1);
    },
    stopWithinMs: STOP_WITHIN_MS,
    log: { info: () => undefined, error: (fields: unknown) => void lost.push(fields) },
    onFull: (url) => void full.push(url),
    onGone: (member) => void gone.push(member),
  });
  over = fleet.run();
});
afterEach(() => {
  jest.useRealTimers();
});

async function fill(): Promise<void> {
  for (const index of [0, 1, 2]) await at(index).serve();
}

describe('at the start', () => {
  test('one goes ahead, the others follow together, and when the last serves the fleet is full, once', async () => {
    expect(started).toHaveLength(1);
    await at(0).serve();
    expect(started).toHaveLength(3);
    await at(2).serve();
    expect(full).toEqual([]);
    await at(1).serve();
    expect(full).toEqual(['http://here']);
    await at(1).end(KILLED);
    await at(3).serve();
    expect(full).toEqual(['http://here']);
  });

  test.each([
    [{ code: 2, signal: null }, 2],
    [KILLED, 1],
  ])(
    'where the first ends before it serves, with %j, no other is tried, and that is the code',
    async (ending, code) => {
      await at(0).end(ending);
      expect(await over).toBe(code);
      expect(started).toHaveLength(1);
    },
  );

  test('it may be stopped: no other follows the first', async () => {
    fleet.stop();
    await at(0).serve();
    await at(0).end({ code: 0, signal: null });
    expect(await over).toBe(0);
    expect(started).toHaveLength(1);
  });
});

describe('who is lost', () => {
  beforeEach(fill);

  test('is replaced at once, told of, and handed over', async () => {
    await at(1).end(KILLED);
    expect(started).toHaveLength(4);
    expect(gone).toEqual([at(1)]);
    expect(lost).toEqual([{ instance: 'some', pid: 1, ...KILLED, pause_ms: 0 }]);
    expect(fleet.members).toEqual(new Set([at(0), at(2), at(3)]));
    expect(fleet.serving).toBe(2);
  });

  test('and lost again at once is replaced after a pause that grows', async () => {
    await at(0).end(KILLED);
    await at(3).end({ code: 1, signal: null });
    await pass(499);
    expect(started).toHaveLength(4);
    await pass(1);
    await at(4).end({ code: 1, signal: null });
    await pass(999);
    expect(started).toHaveLength(5);
    await pass(1);
    expect(started).toHaveLength(6);
  });

  test('is tried again and again while another serves, even where it does not start', async () => {
    await at(0).end(KILLED);
    for (const index of [3, 4, 5]) {
      await at(index).end({ code: 2, signal: null });
      await pass(2000);
    }
    expect(started).toHaveLength(7);
  });

  test('and cannot start, while no other serves, ends the fleet with its code', async () => {
    for (const index of [0, 1, 2]) await at(index).end(KILLED);
    expect(started).toHaveLength(6);
    await at(3).end({ code: 2, signal: null });
    for (const index of [4, 5]) {
      expect(at(index).told).toEqual(['stop']);
      await at(index).end({ code: 0, signal: null });
    }
    expect(await over).toBe(2);
  });
});

describe('a fleet that is stopped', () => {
  beforeEach(fill);

  test('tells all, once, and is over with 0 when all have ended so', async () => {
    fleet.stop();
    fleet.stop();
    for (const index of [0, 1, 2]) {
      expect(at(index).told).toEqual(['stop']);
      await at(index).end({ code: 0, signal: null });
    }
    expect(await over).toBe(0);
    expect(started).toHaveLength(3);
    expect(lost).toEqual([]);
  });

  test('is over with the worst code of all', async () => {
    fleet.stop();
    for (const [index, code] of [0, 1, 0].entries()) await at(index).end({ code, signal: null });
    expect(await over).toBe(1);
  });

  test('does not wait to replace one that was lost before', async () => {
    await at(0).end(KILLED);
    await at(3).end(KILLED);
    fleet.stop();
    for (const index of [1, 2]) await at(index).end({ code: 0, signal: null });
    expect(await over).toBe(0);
    expect(started).toHaveLength(4);
  });

  test('kills who takes longer than it may', async () => {
    fleet.stop();
    await at(0).end({ code: 0, signal: null });
    await at(1).end({ code: 0, signal: null });
    await pass(STOP_WITHIN_MS - 1);
    expect(at(2).told).toEqual(['stop']);
    await pass(1);
    expect(at(2).told).toEqual(['stop', 'kill']);
    expect(await over).toBe(1);
  });
});
