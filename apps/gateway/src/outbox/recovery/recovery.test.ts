import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DeadSpool, Segment, Spool } from '@weir/infra/spool';
import '../../../testing/faked-pause.ts';
import type { SpoolRecord } from '@weir/infra/sinks/spool-record';
import { completion, idsUpTo, opening } from '../../../testing/records.ts';
import { logIn, playIn, Script, sinkIn } from '../../../testing/script.ts';
import { OpenRequests } from '../open-requests.ts';
import { Recent } from './recent-completions.ts';

const { Recovery } = await import('./recovery.ts');

const AWAY = new Error('away');

/** What the script's spool hands out. */
class ScriptedSpool {
  own: Segment[] = [];
  deadSpools: DeadSpool[] = [];
  records = 0;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  stats() {
    return { records: this.records, bytes: this.records, oldestAt: null };
  }

  async seal(): Promise<readonly Segment[]> {
    await playIn(this.#script, 'spool.seal');
    return this.own;
  }

  async adopt(): Promise<readonly DeadSpool[]> {
    await playIn(this.#script, 'spool.adopt');
    return this.deadSpools.splice(0);
  }

  segment(name: string, ...records: SpoolRecord[]): Segment {
    const segment: Segment = {
      async *records() {
        yield* records;
      },
      remove: async () => {
        await playIn(this.#script, `${name}.remove`);
        this.own = this.own.filter((one) => one !== segment);
        this.records -= records.length;
      },
    };
    return segment;
  }

  write(name: string, ...records: SpoolRecord[]): void {
    this.own.push(this.segment(name, ...records));
    this.records += records.length;
  }

  leave(name: string, ...records: SpoolRecord[]): void {
    const remove = () => playIn(this.#script, `${name}.remove`);
    this.deadSpools.push({ name, segments: [this.segment(name, ...records)], remove });
  }
}

let script: Script;
let spool: ScriptedSpool;
let open: OpenRequests;
let recent: Recent;
let recovery: InstanceType<typeof Recovery>;

beforeEach(() => {
  jest.useFakeTimers();
  script = new Script();
  spool = new ScriptedSpool(script);
  open = new OpenRequests();
  recent = new Recent();
  recovery = new Recovery({
    queue: sinkIn(script, 'queue'),
    spool: spool as unknown as Spool,
    open,
    recent,
    retireStaleOpenings: () => playIn(script, 'staleOpenings.retire'),
    log: logIn(script),
  });
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
  script.end();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

async function run(): Promise<void> {
  const done = recovery.run();
  await pass(1000);
  await done;
  script.end();
}

/** What each run does that has nothing to do: the first, and one every ten seconds, looks around. */
const looksAround = () => script.expect('staleOpenings.retire').expect('spool.adopt');
const hasNothingToDo = () => script.expect('staleOpenings.retire');

const closed = (id: string): SpoolRecord => ({ at: 0, verb: 'close', completion: completion(id) });
const opened = (id: string): SpoolRecord => ({ at: 0, verb: 'open', opening: opening(id) });

describe('a recovery', () => {
  test('with nothing to do touches neither queue nor disk, but looks for dead gateways every ten seconds', async () => {
    looksAround();
    await run();
    for (let second = 1; second < 10; second += 1) {
      hasNothingToDo();
      await run();
    }
    looksAround();
    await run();
  });

  test('is one at a time: who asks for it meanwhile gets the same', async () => {
    const retired = Promise.withResolvers<void>();
    script.expect('staleOpenings.retire', retired.promise).expect('spool.adopt');
    const first = recovery.run();
    await pass(5000);
    const second = recovery.run();
    expect(second).toBe(first);
    retired.resolve();
    await Promise.all([first, second]);
    hasNothingToDo();
    await run();
  });

  test('ships what was spooled, the oldest first, after the staleOpenings were retired', async () => {
    spool.write('older', closed('a'));
    spool.write('newer', closed('b'));
    script.expect('staleOpenings.retire').expect('spool.seal').expect('queue.close a').expect('older.remove');
    script.expect('queue.close b').expect('newer.remove').expect('info spool.shipped').expect('spool.adopt');
    await run();
  });

  test('gives requests that are still open their openings', async () => {
    spool.write('own', opened('a'), opened('b'));
    open.add(opening('b'));
    script.expect('staleOpenings.retire').expect('spool.seal').expect('queue.withdraw a').expect('queue.open b');
    script.expect('own.remove').expect('info spool.shipped').expect('spool.adopt');
    await run();
  });

  test('that fails never rejects, says so once, and does all of it the next time', async () => {
    spool.write('own', closed('a'), closed('b'));
    const ships = () => script.expect('staleOpenings.retire').expect('spool.seal').expect('queue.close a');
    ships().expect('queue.close b', AWAY).expect('warn recovery.failed');
    await run();
    ships().expect('queue.close b', AWAY);
    await run();
    ships().expect('queue.close b').expect('own.remove').expect('info spool.shipped').expect('spool.adopt');
    await run();
    script.expect('staleOpenings.retire', AWAY).expect('warn recovery.failed');
    await run();
  });

  test('goes no further than the register answers', async () => {
    spool.write('own', closed('a'));
    script.expect('staleOpenings.retire', AWAY).expect('warn recovery.failed');
    await run();
  });

  test('that meets a disk that fails does what it can the next time', async () => {
    spool.write('own', closed('a'));
    script.expect('staleOpenings.retire').expect('spool.seal', new Error('EIO')).expect('warn recovery.failed');
    await run();
    script.expect('staleOpenings.retire').expect('spool.seal').expect('queue.close a').expect('own.remove');
    script.expect('info spool.shipped').expect('spool.adopt');
    await run();
  });
});

describe('of what dead gateways left', () => {
  // Theirs are read as another release's: an id is one.
  const [A, B] = ['01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b'] as const;

  test('everything is shipped, and told of', async () => {
    spool.leave('dead', opened(A), closed(B));
    looksAround();
    await run();
    hasNothingToDo().expect(`queue.close ${B}`).expect(`queue.close ${A}`);
    script.expect('dead.remove').expect('warn spool.adopted');
    await run();
    hasNothingToDo();
    await run();
  });

  test('what failed is shipped the next time, though it is handed out but once, and after the others', async () => {
    spool.leave('first', closed(A));
    spool.leave('second', closed(B));
    looksAround();
    await run();
    hasNothingToDo().expect(`queue.close ${A}`, AWAY).expect('warn recovery.failed');
    await run();
    hasNothingToDo().expect(`queue.close ${B}`).expect('second.remove').expect('warn spool.adopted');
    script.expect(`queue.close ${A}`).expect('first.remove').expect('warn spool.adopted');
    await run();
  });

  test('one that fails again and again does not stand in the way of the others', async () => {
    spool.leave('first', closed(A));
    spool.leave('second', closed(B));
    looksAround();
    await run();
    hasNothingToDo().expect(`queue.close ${A}`, AWAY).expect('warn recovery.failed');
    await run();
    hasNothingToDo().expect(`queue.close ${B}`).expect('second.remove').expect('warn spool.adopted');
    script.expect(`queue.close ${A}`, AWAY);
    await run();
  });

  test('what cannot be read is told of, and the rest is shipped', async () => {
    const strange = { at: 0, verb: 'reopen', opening: opening(A) } as unknown as SpoolRecord;
    spool.leave('dead', opened(A), strange, closed(B));
    looksAround();
    await run();
    hasNothingToDo().expect(`queue.close ${B}`).expect(`queue.close ${A}`);
    script.expect('dead.remove').expect('warn spool.adopted').expect('warn spool.kept');
    await run();
  });

  test('nothing is looked for again within ten seconds of a look that failed', async () => {
    script.expect('staleOpenings.retire').expect('spool.adopt', new Error('EACCES')).expect('warn recovery.failed');
    await run();
    hasNothingToDo();
    await run();
  });
});

describe('looking for dead gateways', () => {
  test('on a disk that hangs holds up nothing else, and is done once at a time', async () => {
    const never = Promise.withResolvers<void>();
    script.expect('staleOpenings.retire').expect('spool.adopt', never.promise);
    await run();
    for (let second = 1; second < 30; second += 1) {
      hasNothingToDo();
      await run();
    }
    never.resolve();
    looksAround();
    await run();
  });
});

describe('a recovery is due', () => {
  test('while anything is spooled', async () => {
    expect(recovery.isDue).toBe(false);
    spool.write('own', closed('a'));
    expect(recovery.isDue).toBe(true);
    script.expect('staleOpenings.retire').expect('spool.seal').expect('queue.close a').expect('own.remove');
    script.expect('info spool.shipped').expect('spool.adopt');
    await run();
    expect(recovery.isDue).toBe(false);
  });

  test('while the queue may have forgotten something', async () => {
    recent.add(completion('a'));
    recovery.resendLater();
    expect(recovery.isDue).toBe(true);
    script.expect('info queue.reminded').expect('queue.close a', AWAY).expect('warn recovery.failed');
    await run();
    expect(recovery.isDue).toBe(true);
    script.expect('queue.close a');
    looksAround();
    await run();
    expect(recovery.isDue).toBe(false);
  });
});

describe('after the queue may have forgotten', () => {
  test('the openings of open requests and the latest completions are handed over again, before all else', async () => {
    open.add(opening('a'));
    open.add(opening('b'));
    recent.add(completion('c'));
    spool.write('own', closed('d'));
    recovery.resendLater();
    script.expect('info queue.reminded').expect('queue.open a').expect('queue.open b').expect('queue.close c');
    script.expect('staleOpenings.retire').expect('spool.seal').expect('queue.close d').expect('own.remove');
    script.expect('info spool.shipped').expect('spool.adopt');
    await run();
    hasNothingToDo();
    await run();
  });

  test('it is told the next time what it could not be told, and nothing twice', async () => {
    open.add(opening('a'));
    for (const id of ['b', 'c', 'd']) recent.add(completion(id));
    recovery.resendLater();
    script.expect('info queue.reminded').expect('queue.open a', AWAY).expect('warn recovery.failed');
    await run();
    script.expect('info queue.reminded').expect('queue.open a').expect('queue.close b').expect('queue.close c', AWAY);
    script.expect('queue.close d');
    await run();
    script.expect('queue.close c');
    looksAround();
    await run();
  });

  test('it is told what it had by then, whatever it is handed until its turn comes', async () => {
    recent.add(completion('a'), 0);
    recovery.resendLater();
    recent.add(completion('b'), 60_000);
    script.expect('info queue.reminded').expect('queue.close a');
    looksAround();
    await run();
  });

  test('it is told all that it had by then, though it goes away for 40 s in the midst of it, and forgets again', async () => {
    const queue = sinkIn(script, 'queue');
    const retireStaleOpenings = () => playIn(script, 'staleOpenings.retire');
    recovery = new Recovery({
      queue: { ...queue, close: (one) => queue.close(one).then(() => recent.add(one)) }, // as the queue's sink does
      spool: spool as unknown as Spool,
      open,
      recent,
      retireStaleOpenings,
      log: logIn(script),
    });
    recent.add(completion('a'));
    await pass(25_000);
    recent.add(completion('b'));
    recovery.resendLater();
    script.expect('info queue.reminded').expect('queue.close a').expect('queue.close b', AWAY);
    script.expect('warn recovery.failed');
    await run();
    await pass(40_000);
    recent.add(completion('c'));
    recovery.resendLater();
    script.expect('info queue.reminded').expect('queue.close b').expect('queue.close c');
    looksAround();
    await run();
    hasNothingToDo();
    await run();
  });

  test('it is told again, where it forgets while it is told', async () => {
    const told = Promise.withResolvers<void>();
    open.add(opening('a'));
    recovery.resendLater();
    script.expect('info queue.reminded').expect('queue.open a', told.promise);
    const first = recovery.run();
    await pass(0);
    recovery.resendLater();
    looksAround();
    told.resolve();
    await first;
    script.expect('info queue.reminded').expect('queue.open a').expect('staleOpenings.retire');
    await run();
  });

  test('a request that ended meanwhile leaves nothing in the register', async () => {
    const told = Promise.withResolvers<void>();
    open.add(opening('a'));
    recovery.resendLater();
    script.expect('info queue.reminded').expect('queue.open a', told.promise);
    const done = recovery.run();
    await pass(0);
    open.delete('a');
    script.expect('queue.withdraw a').expect('staleOpenings.retire').expect('spool.adopt');
    told.resolve();
    await done;
  });

  test('a request that ended before its turn gets no opening', async () => {
    const told = Promise.withResolvers<void>();
    const ids = idsUpTo(101);
    for (const id of ids) open.add(opening(id));
    recovery.resendLater();
    script.expect('info queue.reminded').expect('queue.open id-0', told.promise);
    script.expectAll(ids.slice(1, 100).map((id) => `queue.open ${id}`));
    const done = recovery.run();
    await pass(0);
    open.delete('id-100');
    script.expect('queue.withdraw id-100').expect('staleOpenings.retire').expect('spool.adopt');
    told.resolve();
    await pass(20);
    await done;
  });
});
