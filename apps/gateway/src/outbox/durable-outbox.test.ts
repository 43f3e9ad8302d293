import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SpoolUnwritable } from '@weir/infra/spool';
import type { Completion } from '@weir/ledger/completion';
import { OpenRequests } from './open-requests.ts';
import '../../testing/faked-pause.ts';
import { completion, opening } from '../../testing/records.ts';
import { logIn, registerIn, Script, sinkIn } from '../../testing/script.ts';
import { StaleOpenings } from './recovery/stale-openings.ts';

const { createDurableOutbox } = await import('./durable-outbox.ts');

const AWAY = new Error('away');
const FULL = new SpoolUnwritable('SPOOL_DIR /spool cannot be written: the disk is full (ENOSPC)');
const A = opening('a');

let script: Script;
let counted: string[];
let open: OpenRequests;
let staleOpenings: StaleOpenings;
let health: { up: boolean; reportFailure(error: unknown): void };

beforeEach(() => {
  jest.useFakeTimers();
  script = new Script();
  counted = [];
  open = new OpenRequests();
  staleOpenings = new StaleOpenings();
  health = {
    up: true,
    reportFailure: (error) => {
      health.up = false;
      script.play(`reportFailure ${(error as Error).message}`);
    },
  };
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
  script.end();
});

function create() {
  const [queue, spool] = [sinkIn(script, 'queue'), sinkIn(script, 'spool')];
  return createDurableOutbox({ queue, spool, health, open, staleOpenings, tally, log: logIn(script) });
}

const tally = {
  opened: (id: string) => counted.push(`opened ${id}`),
  closed: (id: string) => counted.push(`closed ${id}`),
  withdrawn: (id: string) => counted.push(`withdrawn ${id}`),
};

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('an opening', () => {
  test('goes to the queue, and stands among the open requests', async () => {
    script.expect('queue.open a');
    await create().open(A);
    expect(open.all()).toEqual([A]);
    expect(counted).toEqual(['opened a']);
  });

  test('counts as open before anybody is asked to keep it', async () => {
    const kept = Promise.withResolvers<void>();
    script.expect('queue.open a', kept.promise);
    const opened = create().open(A);
    expect(open.has('a')).toBe(true);
    kept.resolve();
    await opened;
  });

  test('that the queue does not take goes to the spool, and the next one there at once', async () => {
    const outbox = create();
    script.expect('queue.open a', AWAY).expect('reportFailure away').expect('spool.open a').expect('spool.open b');
    await outbox.open(A);
    await outbox.open(opening('b'));
    script.expect('queue.open c');
    health.up = true;
    await outbox.open(opening('c'));
    expect(open.all().map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('that nobody takes is refused, and leaves nothing behind', async () => {
    const outbox = create();
    script.expect('queue.open a', AWAY).expect('reportFailure away').expect('spool.open a', FULL);
    script.expect('error spool.unwritable');
    await expect(outbox.open(A)).rejects.toMatchObject({
      name: 'WeirError',
      code: 'unmetered',
      status: 503,
      retryable: true,
      cause: FULL,
    });
    expect(open.size).toBe(0);
    expect(outbox.atRisk()).toEqual([]);
    expect(counted).toEqual([]);
  });
});

describe('a completion', () => {
  test('goes to the queue, is handed back as it was stored, and its request is over', async () => {
    const outbox = create();
    const stored = completion('a');
    open.add(A);
    script.expect('queue.close a');
    expect(await outbox.close(() => stored, A)).toBe(stored);
    expect(open.size).toBe(0);
    expect(counted).toEqual(['closed a']);
  });

  test('that the queue does not take goes to the spool, as true as it is then, and the next one there at once', async () => {
    const outbox = create();
    let status: Completion['status'] = 'ok';
    const refusal = Promise.withResolvers<void>();
    script.expect('queue.close a', refusal.promise).expect('reportFailure away').expect('spool.close a');
    const closed = outbox.close(() => completion('a', { status }), opening('a'));
    await pass(0);
    status = 'aborted'; // the client left while the queue was waited for
    refusal.reject(AWAY);
    expect(await closed).toEqual(completion('a', { status: 'aborted' }));
    script.expect('spool.close b');
    await outbox.close(() => completion('b'), opening('b'));
    expect(outbox.atRisk()).toEqual([]);
  });

  test('keeps its request open until it is durable', async () => {
    const kept = Promise.withResolvers<void>();
    open.add(A);
    script.expect('queue.close a', kept.promise);
    const closed = create().close(() => completion('a'), opening('a'));
    await pass(0);
    expect(open.has('a')).toBe(true);
    kept.resolve();
    await closed;
    expect(open.has('a')).toBe(false);
  });

  test('that nobody takes waits, is told of once, and is composed anew for each attempt', async () => {
    const outbox = create();
    let attempts = 0;
    const compose = () => completion('a', { framesDelivered: attempts });
    open.add(A);
    health.up = false;
    script.expect('spool.close a', FULL).expect('error spool.unwritable').expect('error completion.at_risk a');
    const closed = outbox.close(compose, A);
    await pass(0);
    script.end();
    for (attempts = 1; attempts <= 10; attempts += 1) {
      await pass(499);
      script.end();
      script.expect('spool.close a', FULL);
      await pass(1);
      script.end();
    }
    expect(open.has('a')).toBe(true);
    script.expect('queue.close a');
    health.up = true;
    await pass(500);
    expect(await closed).toMatchObject({ id: 'a', framesDelivered: 11 });
    expect(open.size).toBe(0);
    expect(outbox.atRisk()).toEqual([]);
  });

  test('that waits is shown as at risk, as true as it is now, until it is durable', async () => {
    const outbox = create();
    let status: Completion['status'] = 'ok';
    health.up = false;
    script.expect('spool.close a', FULL).expect('error spool.unwritable').expect('error completion.at_risk a');
    const first = outbox.close(() => completion('a', { status }), opening('a'));
    await pass(250);
    script.expect('spool.close b', FULL).expect('error completion.at_risk b');
    const second = outbox.close(() => completion('b'), opening('b'));
    await pass(0);
    expect(outbox.atRisk()).toEqual([completion('a'), completion('b')]);
    status = 'aborted';
    expect(outbox.atRisk()).toEqual([completion('a', { status: 'aborted' }), completion('b')]);
    script.expect('spool.close a').expect('info spool.writable');
    await pass(250);
    expect(await first).toMatchObject({ status: 'aborted' });
    expect(outbox.atRisk()).toEqual([completion('b')]);
    script.expect('spool.close b');
    await pass(250);
    await second;
    expect(outbox.atRisk()).toEqual([]);
  });

  test('asks the queue, too, each time that it is said to be up', async () => {
    const outbox = create();
    script.expect('queue.close a', AWAY).expect('reportFailure away').expect('spool.close a', FULL);
    script.expect('error spool.unwritable').expect('error completion.at_risk a');
    const closed = outbox.close(() => completion('a'), opening('a'));
    await pass(0);
    health.up = true;
    script.expect('queue.close a', AWAY).expect('reportFailure away').expect('spool.close a', FULL);
    await pass(500);
    script.expect('spool.close a').expect('info spool.writable');
    await pass(500);
    await closed;
  });
});

describe('a completion that cannot be composed', () => {
  const throwing = () => {
    throw new TypeError('reading is undefined');
  };

  test('is closed all the same, as an internal error: neither its opening nor its client is left behind', async () => {
    const outbox = create();
    open.add(A);
    script.expect('error completion.uncomposed a').expect('queue.close a');
    expect(await outbox.close(throwing, A)).toMatchObject({ id: 'a', status: 'error', reason: 'internal' });
    expect(open.size).toBe(0);
    expect(outbox.atRisk()).toEqual([]);
  });

  test('is no reason to take the queue for away', async () => {
    script.expect('error completion.uncomposed a').expect('queue.close a').expect('queue.close b');
    const outbox = create();
    await outbox.close(throwing, A);
    await outbox.close(() => completion('b'), opening('b'));
  });

  test('any more goes to the spool as it was composed for the queue', async () => {
    let isBroken = false;
    const compose = () => (isBroken ? throwing() : completion('a', { outputTokens: 7 }));
    const refusal = Promise.withResolvers<void>();
    script.expect('queue.close a', refusal.promise).expect('reportFailure away');
    const closed = create().close(compose, A);
    await pass(0);
    isBroken = true;
    script.expect('error completion.uncomposed a').expect('spool.close a');
    refusal.reject(AWAY);
    expect(await closed).toMatchObject({ reason: null, outputTokens: 7 });
  });

  test('waits like any other where nobody takes it, and can be shown as at risk', async () => {
    const outbox = create();
    health.up = false;
    script.expect('error completion.uncomposed a').expect('spool.close a', FULL);
    script.expect('error spool.unwritable').expect('error completion.at_risk a');
    const closed = outbox.close(throwing, A);
    await pass(0);
    expect(outbox.atRisk()).toMatchObject([{ id: 'a', reason: 'internal' }]);
    script.expect('spool.close a').expect('info spool.writable');
    await pass(500);
    expect(await closed).toMatchObject({ id: 'a', reason: 'internal' });
  });
});

describe('a withdrawal', () => {
  test('takes the opening from the queue, and its request is over', async () => {
    open.add(A);
    script.expect('queue.withdraw a');
    await create().withdraw(A);
    expect(open.size).toBe(0);
    expect(counted).toEqual(['withdrawn a']);
  });

  test('that the queue does not take goes to the spool', async () => {
    script.expect('queue.withdraw a', AWAY).expect('reportFailure away').expect('spool.withdraw a');
    await create().withdraw(A);
  });

  test('is over before anybody is asked, so that a late write of its opening is taken for a stray', async () => {
    const kept = Promise.withResolvers<void>();
    open.add(A);
    script.expect('queue.withdraw a', kept.promise);
    const withdrawn = create().withdraw(A);
    expect(open.has('a')).toBe(false);
    kept.resolve();
    await withdrawn;
  });

  test('that nobody takes is told of, rejects for nobody, and is made up for when the register answers', async () => {
    open.add(A);
    health.up = false;
    script.expect('spool.withdraw a', FULL).expect('error spool.unwritable').expect('warn opening.not_withdrawn a');
    await create().withdraw(A);
    expect(open.size).toBe(0);
    script.expect('register.retire gateway-1 a');
    await staleOpenings.retire(registerIn(script), (id) => open.has(id));
  });
});

describe('that the spool cannot be written', () => {
  beforeEach(() => {
    health.up = false;
  });

  const refused = (id: string) => expect(outbox.open(opening(id))).rejects.toThrow();
  let outbox: ReturnType<typeof create>;
  beforeEach(() => {
    outbox = create();
  });

  test('is said once, and once that it can be again', async () => {
    script.expect('spool.open a', FULL).expect('error spool.unwritable').expect('spool.open b', FULL);
    await refused('a');
    await refused('b');
    script.expect('spool.open c').expect('info spool.writable').expect('spool.open d');
    await outbox.open(opening('c'));
    await outbox.open(opening('d'));
    script.expect('spool.open e', FULL).expect('error spool.unwritable');
    await refused('e');
  });

  test('is not said, nor its end, where something else was the matter; and is still said when it is true', async () => {
    script.expect('spool.open a', new RangeError('Maximum call stack size exceeded'));
    await refused('a');
    script.expect('spool.open b').expect('spool.open c', FULL).expect('error spool.unwritable');
    await outbox.open(opening('b'));
    await refused('c');
  });
});
