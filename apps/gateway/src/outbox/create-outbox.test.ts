import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { QueueWriter } from '@weir/infra/queue/writer';
import { type Segment, type Spool, SpoolUnwritable } from '@weir/infra/spool';
import '../../testing/faked-pause.ts';
import type { SpoolRecord } from '@weir/infra/sinks/spool-record';
import { completion, opening } from '../../testing/records.ts';
import { logIn, playIn, registerIn, Script } from '../../testing/script.ts';
import type { QueueWriterOptions } from '../../testing/storm/stormy-server.ts';
import type { OpenOutbox } from './create-outbox.ts';

let script: Script;
let queueWriterOptions: QueueWriterOptions;
const queueWriter: QueueWriter = {
  get register() {
    return registerIn(script);
  },
  connected: () => playIn(script, 'writer.connected'),
  add: ({ id }) => playIn(script, `writer.add ${id}`),
  close: () => playIn(script, 'writer.close'),
};
jest.unstable_mockModule('@weir/infra/queue/writer', () => ({
  openQueueWriter: (_location: unknown, options: QueueWriterOptions) => {
    queueWriterOptions = options;
    return queueWriter;
  },
}));
const { openOutbox } = await import('./create-outbox.ts');

const AWAY = new Error('away');
const FULL = new SpoolUnwritable('the disk is full');
const BEAT = 'register.beat gateway-1';
const A = opening('a');
// Closed, and never opened here.
const COUNTED_ONE = 'register.count 1 1';

let records: SpoolRecord[];
let opened: OpenOutbox;

const segment: Segment = {
  async *records() {
    yield* records;
  },
  remove: async () => {
    await playIn(script, 'segment.remove');
    records = [];
  },
};

const spool: Spool = {
  append: async (record) => {
    const { verb } = record as SpoolRecord;
    await playIn(script, `spool.${verb}`);
    records.push(record as SpoolRecord);
  },
  seal: async () => {
    await playIn(script, 'spool.seal');
    return [segment];
  },
  adopt: async () => {
    await playIn(script, 'spool.adopt');
    return [];
  },
  stats: () => ({ records: records.length, bytes: 0, oldestAt: null }),
  close: () => playIn(script, 'spool.close'),
};

beforeEach(() => {
  jest.useFakeTimers();
  script = new Script();
  records = [];
  const location = { databaseUrl: '', prefix: '' };
  opened = openOutbox({ gateway: 'gateway-1', location, spool, log: logIn(script) });
});
afterEach(() => {
  jest.useRealTimers();
  script.end();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

async function startUp(): Promise<void> {
  script.expect('writer.connected').expect(BEAT).expect('spool.adopt');
  await opened.start();
  await pass(0);
  script.end();
}

async function startAway(): Promise<void> {
  script.expect('writer.connected').expect(BEAT, AWAY).expect('warn queue.away');
  await opened.start();
}

const closesBoth = () => script.expect('writer.close').expect('spool.close');

describe('an outbox', () => {
  test('has started when the queue was asked once, over a connection that had time to stand', async () => {
    const connected = Promise.withResolvers<void>();
    let hasStarted = false;
    script.expect('writer.connected', connected.promise);
    const started = opened.start().then(() => {
      hasStarted = true;
    });
    await pass(500);
    script.end();
    expect(hasStarted).toBe(false);
    script.expect(BEAT).expect('spool.adopt');
    connected.resolve();
    await started;
    await pass(0);
    expect(opened.state.queueUp()).toBe(true);
  });

  test('starts without a queue as well', async () => {
    await startAway();
    expect(opened.state.queueUp()).toBe(false);
    script.expect('spool.open');
    await opened.outbox.open(A);
  });

  test('ships what it spooled when the queue is back', async () => {
    await startAway();
    script.expect('spool.open').expect('spool.close');
    await opened.outbox.open(A);
    await opened.outbox.close(() => completion('a'), opening('a'));
    script.expect(BEAT).expect('info queue.back').expect('spool.seal').expect('register.retire gateway-1 a');
    script.expect('writer.add a').expect('register.retire gateway-1 a').expect('segment.remove');
    script.expect('info spool.shipped').expect('spool.adopt');
    await pass(1000);
    expect(records).toEqual([]);
  });

  test('takes a queue that fails while it is shipped to for one that is away', async () => {
    await startAway();
    script.expect('spool.close');
    await opened.outbox.close(() => completion('a'), opening('a'));
    script.expect(BEAT).expect('info queue.back').expect('spool.seal').expect('writer.add a', AWAY);
    script.expect('warn queue.away').expect('warn recovery.failed');
    await pass(1000);
    expect(opened.state.queueUp()).toBe(false);
  });

  test('does not take a disk that fails for a queue that is away', async () => {
    await startAway();
    script.expect('spool.close');
    await opened.outbox.close(() => completion('a'), opening('a'));
    script.expect(BEAT).expect('info queue.back').expect('spool.seal', new Error('EIO')).expect('warn recovery.failed');
    await pass(1000);
    expect(opened.state.queueUp()).toBe(true);
    script.expect('register.open b');
    await opened.outbox.open(opening('b'));
  });

  test('reminds the queue of what it shipped, too, where that may be forgotten', async () => {
    await startAway();
    script.expect('spool.close');
    await opened.outbox.close(() => completion('a'), opening('a'));
    script.expect(BEAT).expect('info queue.back').expect('spool.seal');
    script.expect('writer.add a').expect('register.retire gateway-1 a').expect('segment.remove');
    script.expect('info spool.shipped').expect('spool.adopt');
    await pass(1000);
    queueWriterOptions.onForgotten();
    script.expect(BEAT).expect('info queue.reminded').expect('writer.add a').expect('register.retire gateway-1 a');
    await pass(1000);
  });
});

describe('the counts of an outbox', () => {
  const openOne = async (id: string) => {
    script.expect(`register.open ${id}`);
    await opened.outbox.open(opening(id));
  };
  const closeOne = async (id: string) => {
    script.expect(`writer.add ${id}`).expect(`register.retire gateway-1 ${id}`);
    await opened.outbox.close(() => completion(id), opening(id));
  };

  test('are told after a beat, where they have changed since the last one', async () => {
    await startUp();
    await openOne('a');
    await openOne('b');
    script.expect(BEAT);
    await pass(1000);
    script.expect(BEAT).expect('register.count 2 0');
    await pass(1000);
    script.expect(BEAT);
    await pass(1000);
    await closeOne('a');
    script.expect('register.retire gateway-1 b');
    await opened.outbox.withdraw(opening('b'));
    script.expect(BEAT).expect('register.count 1 1').expect('register.retire gateway-1 b');
    await pass(1000);
  });

  test('are told of an opening one beat later: what is withdrawn soon was never told', async () => {
    await startUp();
    await openOne('a');
    script.expect(BEAT);
    await pass(1000);
    script.expect('register.retire gateway-1 a');
    await opened.outbox.withdraw(A);
    script.expect(BEAT).expect('register.retire gateway-1 a');
    await pass(1000);
    script.expect(BEAT);
    await pass(1000);
  });

  test('of minutes that differ are told apart', async () => {
    await startUp();
    await openOne('019ab000-0000');
    await openOne('019ab001-0000');
    script.expect(BEAT);
    await pass(1000);
    script.expect(BEAT).expect('register.count 1 0').expect('register.count 1 0');
    await pass(1000);
  });

  test('are told once what was spooled is on the queue', async () => {
    await startAway();
    script.expect('spool.close');
    await opened.outbox.close(() => completion('a'), opening('a'));
    script.expect(BEAT).expect('info queue.back').expect('spool.seal').expect('writer.add a');
    script
      .expect('register.retire gateway-1 a')
      .expect('segment.remove')
      .expect('info spool.shipped')
      .expect('spool.adopt');
    await pass(1000);
    script.expect(BEAT).expect(COUNTED_ONE);
    await pass(1000);
  });

  test('are told again where they may be forgotten, once the queue was reminded', async () => {
    await startUp();
    await closeOne('a');
    script.expect(BEAT).expect(COUNTED_ONE);
    await pass(1000);
    queueWriterOptions.onForgotten();
    script.expect(BEAT).expect('info queue.reminded').expect('writer.add a').expect('register.retire gateway-1 a');
    await pass(1000);
    script.expect(BEAT).expect(COUNTED_ONE);
    await pass(1000);
  });

  test('that the register does not take are told the next time; that is logged once', async () => {
    await startUp();
    await closeOne('a');
    script.expect(BEAT).expect(COUNTED_ONE, new Error('no such table')).expect('warn counts.untold');
    await pass(1000);
    script.expect(BEAT).expect(COUNTED_ONE, new Error('no such table'));
    await pass(1000);
    script.expect(BEAT).expect(COUNTED_ONE);
    await pass(1000);
    expect(opened.state.queueUp()).toBe(true);
  });
});

describe('an outbox that is shut down', () => {
  test('beats no more, ships what is left, takes leave, and closes queue writer and spool', async () => {
    await startAway();
    script.expect('spool.close');
    await opened.outbox.close(() => completion('a'), opening('a'));
    const sealed = Promise.withResolvers<void>();
    script.expect(BEAT).expect('info queue.back').expect('spool.seal', sealed.promise);
    await pass(1000);
    const shut = opened.outbox.shutdown();
    script.expect('writer.add a').expect('register.retire gateway-1 a').expect('segment.remove');
    script.expect('info spool.shipped').expect('spool.adopt').expect(COUNTED_ONE).expect('register.leave gateway-1');
    closesBoth();
    sealed.resolve();
    expect(await shut).toBe(0);
    await pass(60_000);
  });

  test('ships in its last moments what was spooled in the one before', async () => {
    await startUp();
    script.expect('writer.add a', AWAY).expect('warn queue.away').expect('spool.close');
    await opened.outbox.close(() => completion('a'), opening('a'));
    script.expect(BEAT).expect('info queue.back').expect('spool.seal', AWAY).expect('warn recovery.failed');
    await pass(1000);
    script.expect('spool.seal').expect('writer.add a').expect('register.retire gateway-1 a').expect('segment.remove');
    script.expect('info spool.shipped').expect(COUNTED_ONE).expect('register.leave gateway-1');
    closesBoth();
    expect(await opened.outbox.shutdown()).toBe(0);
  });

  test('gives its last shipment three seconds, and leaves the rest to the next gateway here', async () => {
    await startAway();
    script.expect('spool.close');
    await opened.outbox.close(() => completion('a'), opening('a'));
    const never = Promise.withResolvers<void>();
    script.expect(BEAT).expect('info queue.back').expect('spool.seal', never.promise);
    await pass(1000);
    script.allow(BEAT);
    const shut = opened.outbox.shutdown();
    await pass(2999);
    script.end();
    script.expect('warn spool.not_empty').expect('register.leave gateway-1');
    closesBoth();
    await pass(101);
    expect(await shut).toBe(0);
  });

  test('while the queue is away tries for three seconds, leaves what it spooled, and does not mind that it cannot take leave', async () => {
    await startAway();
    script.expect('spool.close');
    await opened.outbox.close(() => completion('a'), opening('a'));
    script.allow(BEAT, AWAY).allow('spool.seal').allow('writer.add a', AWAY).expect('warn recovery.failed');
    const shut = opened.outbox.shutdown();
    await pass(2999);
    script.end();
    script.expect('warn spool.not_empty').expect('register.leave gateway-1', AWAY);
    closesBoth();
    await pass(101);
    expect(await shut).toBe(0);
  });

  test('ships what it spooled in a moment of silence that is over now', async () => {
    await startAway();
    script.expect('spool.close');
    await opened.outbox.close(() => completion('a'), opening('a'));
    script.expect('spool.seal').expect('writer.add a').expect('register.retire gateway-1 a').expect('segment.remove');
    script.expect('info spool.shipped').expect('spool.adopt').expect(COUNTED_ONE).expect('register.leave gateway-1');
    closesBoth();
    expect(await opened.outbox.shutdown()).toBe(0);
  });

  test('ships what it spooled though the queue falls silent once more', async () => {
    await startUp();
    script.expect('writer.add a', AWAY).expect('warn queue.away').expect('spool.close');
    await opened.outbox.close(() => completion('a'), opening('a'));
    script.expect('spool.seal').expect('writer.add a', AWAY).expect('warn recovery.failed');
    const shut = opened.outbox.shutdown();
    await pass(99);
    script.end();
    script.expect('spool.seal').expect('writer.add a').expect('register.retire gateway-1 a').expect('segment.remove');
    script.expect('info spool.shipped').expect(COUNTED_ONE).expect('register.leave gateway-1');
    closesBoth();
    await pass(1);
    expect(await shut).toBe(0);
    await pass(60_000);
  });

  test('still reminds the queue of what it may have forgotten', async () => {
    await startUp();
    script.expect('writer.add a').expect('register.retire gateway-1 a');
    await opened.outbox.close(() => completion('a'), opening('a'));
    queueWriterOptions.onForgotten();
    script.expect('info queue.reminded').expect('writer.add a').expect('register.retire gateway-1 a');
    script.expect(COUNTED_ONE).expect('register.leave gateway-1');
    closesBoth();
    expect(await opened.outbox.shutdown()).toBe(0);
  });

  test('with requests that are still open does not take leave: they are the reaper’s', async () => {
    await startUp();
    script.expect('register.open a');
    await opened.outbox.open(A);
    closesBoth();
    expect(await opened.outbox.shutdown()).toBe(0);
  });

  test('says of each completion that nothing else keeps all that it knows, and how many there are', async () => {
    await startAway();
    script.expect('spool.close', FULL).expect('error spool.unwritable').expect('error completion.at_risk a');
    void opened.outbox.close(() => completion('a'), opening('a'));
    await pass(100);
    script.expect('spool.close', FULL).expect('error completion.at_risk b');
    void opened.outbox.close(() => completion('b'), opening('b'));
    await pass(100);
    expect(opened.state.atRisk()).toBe(2);
    script.expect('error completion.lost').expect('error completion.lost').expect('register.leave gateway-1', AWAY);
    closesBoth();
    expect(await opened.outbox.shutdown()).toBe(2);
  });

  test('does not mind what cannot be closed', async () => {
    await startUp();
    script.expect('register.leave gateway-1').expect('writer.close', AWAY).expect('spool.close', new Error('EIO'));
    expect(await opened.outbox.shutdown()).toBe(0);
  });

  test('is not disturbed by a beat that is answered now', async () => {
    await startUp();
    const beat = Promise.withResolvers<void>();
    script.expect(BEAT, beat.promise);
    await pass(1000);
    script.expect('register.leave gateway-1');
    closesBoth();
    await opened.outbox.shutdown();
    beat.resolve();
    await pass(60_000);
  });
});
