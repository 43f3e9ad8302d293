import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DeadSpool, Segment } from '@weir/infra/spool';
import '../../../testing/faked-pause.ts';
import type { Completion } from '@weir/ledger/completion';
import { completion, idsUpTo, opening } from '../../../testing/records.ts';
import { playIn, Script, sinkIn } from '../../../testing/script.ts';
import type { RecordSink } from '../sink.ts';
import type { SpoolRecord } from '../spool-record.ts';

const { shipDeadSpool, shipSegment } = await import('./ship.ts');

const AWAY = new Error('away');
const T = Date.parse('2026-03-01T12:05:00.000Z'); // later than what was opened

const opened = (id: string, at = T): SpoolRecord => ({ at, verb: 'open', opening: opening(id) });
const closed = (id: string, at = T): SpoolRecord => ({ at, verb: 'close', completion: completion(id) });
const withdrawn = (id: string, at = T): SpoolRecord => ({ at, verb: 'withdraw', opening: opening(id) });

let script: Script;
let open: Set<string>;
beforeEach(() => {
  jest.useFakeTimers();
  script = new Script();
  open = new Set();
});
afterEach(() => {
  jest.useRealTimers();
  script.end();
});

const isOpen = (id: string) => open.has(id);
const queue = () => sinkIn(script, 'queue');

function segmentOf(records: readonly object[], name = 'segment'): Segment {
  async function* inTurn(): AsyncGenerator<object> {
    yield* records;
  }
  return { records: inTurn, remove: () => playIn(script, `${name}.remove`) };
}

async function atOnce<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {}); // looked at below
  await jest.advanceTimersByTimeAsync(60_000);
  return work;
}

describe("of this gateway's own segment", () => {
  const ship = (records: readonly SpoolRecord[], to = queue()) => atOnce(shipSegment(segmentOf(records), to, isOpen));

  test('everything is shipped in its order, and only then is it removed', async () => {
    open.add('a').add('d');
    script.expect('queue.open a').expect('queue.close b').expect('queue.withdraw c').expect('queue.open d');
    script.expect('segment.remove');
    await ship([opened('a'), closed('b'), withdrawn('c'), opened('d')]);
  });

  test('a request that is over gets no opening: what may stand of it is withdrawn', async () => {
    script.expect('queue.withdraw a').expect('queue.close a').expect('segment.remove');
    await ship([opened('a'), closed('a')]);
  });

  test('a request that ends while its opening is being shipped leaves nothing in the register', async () => {
    const answer = Promise.withResolvers<void>();
    open.add('a');
    script.expect('queue.open a', answer.promise);
    const shipped = shipSegment(segmentOf([opened('a')]), queue(), isOpen);
    await jest.advanceTimersByTimeAsync(0);
    script.end();
    open.delete('a');
    script.expect('queue.withdraw a').expect('segment.remove');
    answer.resolve();
    await atOnce(shipped);
  });

  test('nothing of it is removed where a load fails, and all of it is shipped the next time', async () => {
    const records = idsUpTo(150).map((id) => closed(id));
    const calls = idsUpTo(150).map((id) => `queue.close ${id}`);
    script
      .expectAll(calls.slice(0, 120))
      .expect(calls[120] ?? '', AWAY)
      .expectAll(calls.slice(121));
    await expect(ship(records)).rejects.toBe(AWAY);
    script.end();
    script.expectAll(calls).expect('segment.remove');
    await ship(records);
  });

  test('no further load is begun after one that failed', async () => {
    const calls = idsUpTo(250).map((id) => `queue.close ${id}`);
    script.expect(calls[0] ?? '', AWAY).expectAll(calls.slice(1, 100));
    await expect(ship(idsUpTo(250).map((id) => closed(id)))).rejects.toBe(AWAY);
  });

  test('all of it is shipped again where it could not be removed', async () => {
    const EROFS = new Error('EROFS');
    script.expect('queue.close a').expect('segment.remove', EROFS);
    await expect(ship([closed('a')])).rejects.toBe(EROFS);
    script.expect('queue.close a').expect('segment.remove');
    await ship([closed('a')]);
  });

  test('an empty one goes', async () => {
    script.expect('segment.remove');
    await ship([]);
  });
});

describe("of a dead gateway's segments", () => {
  // They are read as another release's: an id is one.
  const idOf = (letter: string) => `01900000-0000-7000-8000-0000000000${letter.charCodeAt(0).toString(16)}`;
  const [a, b, c, x] = [idOf('a'), idOf('b'), idOf('c'), idOf('x')];
  const lost: Completion[] = [];
  let strangeToRemove: readonly object[] | undefined;
  beforeEach(() => {
    lost.splice(0);
    strangeToRemove = undefined;
  });

  /** Keeps the completions that are made up here. */
  function attentive(): RecordSink {
    const sink = queue();
    return {
      ...sink,
      close(given) {
        if (given.reason === 'gateway_lost') lost.push(given);
        return sink.close(given);
      },
    };
  }

  const deadSpoolOf = (...segments: readonly object[][]): DeadSpool => ({
    name: 'dead',
    segments: segments.map((records, at) => segmentOf(records, `segment ${at}`)),
    remove: async (isStrange) => {
      await playIn(script, 'deadSpool.remove');
      if (isStrange !== undefined) strangeToRemove = segments.flat().filter(isStrange);
    },
  });
  const NONE = new Map();

  const ship = (deadSpool: DeadSpool) => atOnce(shipDeadSpool(deadSpool, attentive()));

  test('what was closed is shipped, what was withdrawn is withdrawn, and then it is removed as a whole', async () => {
    script.expect(`queue.close ${a}`).expect(`queue.withdraw ${b}`).expect('deadSpool.remove');
    expect(await ship(deadSpoolOf([opened(a), opened(b), closed(a), withdrawn(b)]))).toEqual({
      lost: 0,
      strange: NONE,
    });
    expect(lost).toEqual([]);
  });

  test('what was opened and never closed is lost, at the last sign of life', async () => {
    script.expect(`queue.close ${b}`).expect(`queue.close ${a}`).expect(`queue.close ${c}`).expect('deadSpool.remove');
    const records = [opened(a, T), opened(b, T + 1000), opened(c, T + 2000), closed(b, T + 60_000)];
    expect(await ship(deadSpoolOf(records))).toEqual({ lost: 2, strange: NONE });
    expect(lost).toMatchObject([
      { id: a, status: 'error', reason: 'gateway_lost', usageSource: 'none' },
      { id: c, status: 'error', reason: 'gateway_lost', usageSource: 'none' },
    ]);
    for (const { finishedAt } of lost) expect(finishedAt).toBe(new Date(T + 60_000).toISOString());
  });

  test('what is closed in a later segment than it was opened in is not lost', async () => {
    script.expect(`queue.close ${x}`).expect(`queue.close ${a}`).expect('deadSpool.remove');
    expect(await ship(deadSpoolOf([opened(a), closed(x)], [closed(a)]))).toEqual({ lost: 0, strange: NONE });
  });

  test('what was opened in any of the segments, and closed in none, is lost', async () => {
    script.expect(`queue.close ${x}`).expect(`queue.close ${a}`).expect(`queue.close ${b}`).expect('deadSpool.remove');
    expect(await ship(deadSpoolOf([opened(a)], [closed(x), opened(b)]))).toEqual({ lost: 2, strange: NONE });
  });

  test('what was closed, but opened on the queue, is shipped like the rest', async () => {
    script.expect(`queue.close ${a}`).expect('deadSpool.remove');
    await ship(deadSpoolOf([closed(a)]));
  });

  test('nothing of it is removed where a load fails, and all of it is shipped the next time', async () => {
    const deadSpool = deadSpoolOf([opened(a), opened(b), closed(b)]);
    script.expect(`queue.close ${b}`).expect(`queue.close ${a}`, AWAY);
    await expect(ship(deadSpool)).rejects.toBe(AWAY);
    script.expect(`queue.close ${b}`).expect(`queue.close ${a}`).expect('deadSpool.remove');
    expect(await ship(deadSpool)).toEqual({ lost: 1, strange: NONE });
  });

  test('many that were lost are handed over in loads', async () => {
    const ids = idsUpTo(250).map((_, at) => `01900000-0000-7000-8000-${String(at).padStart(12, '0')}`);
    script.expectAll(ids.map((id) => `queue.close ${id}`)).expect('deadSpool.remove');
    expect(await ship(deadSpoolOf(ids.map((id) => opened(id))))).toEqual({ lost: 250, strange: NONE });
    expect(lost).toHaveLength(250);
  });

  describe('that it cannot read', () => {
    const strangers: [string, object][] = [
      ['a verb of a newer release', { at: T, verb: 'reopen', opening: opening(a) }],
      ['a completion of a newer release', { at: T, verb: 'close', completion: { ...completion(a), version: 99 } }],
      ['a completion with one field more', { at: T, verb: 'close', completion: { ...completion(a), tomorrow: {} } }],
      ['a withdrawal of a newer release', { at: T, verb: 'withdraw', opening: { ...opening(a), version: 99 } }],
      ['a close without its completion', { at: T, verb: 'close' }],
      ['a field more beside the verb', { ...closed(a), attempt: 2 }],
      ['no verb at all', {}],
      ['an array', [1, 2]],
      ['a completion that is nested without end', { at: T, verb: 'close', completion: nested(a) }],
    ];

    test.each(strangers)(
      '%s is kept, and ends no request: its opening is lost, the rest is shipped',
      async (_, strange) => {
        script.expect(`queue.close ${b}`).expect(`queue.close ${a}`).expect('deadSpool.remove');
        const { lost: count, strange: kept } = await ship(deadSpoolOf([opened(a), strange, opened(b), closed(b)]));
        expect([count, [...kept.values()]]).toEqual([1, [1]]);
        expect(lost).toMatchObject([{ id: a, reason: 'gateway_lost' }]);
        expect(strangeToRemove).toEqual([strange]);
      },
    );

    test('an opening of a newer release is kept too', async () => {
      const strange = { at: T, verb: 'open', opening: { ...opening(a), version: 99 } };
      script.expect(`queue.close ${b}`).expect('deadSpool.remove');
      expect(await ship(deadSpoolOf([strange, closed(b)]))).toMatchObject({
        lost: 0,
        strange: new Map([['open (version 99)', 1]]),
      });
      expect(strangeToRemove).toEqual([strange]);
    });

    test('nothing is said of it but its verb and its version', async () => {
      const verbs = ['reopen', 'say: my password is', 7, undefined];
      const strange = verbs.map((verb) => ({ verb, completion: { version: 99, key: 'secret' } }));
      script.expect('deadSpool.remove');
      const { strange: kept } = await ship(deadSpoolOf(strange));
      expect(Object.fromEntries(kept)).toEqual({ 'reopen (version 99)': 1, 'unknown (version 99)': 3 });
    });
  });
});

function nested(id: string): object {
  let usage: object = {};
  for (let depth = 0; depth < 100_000; depth += 1) usage = { usage };
  return { ...completion(id), usage };
}
