import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { QueueWriter } from '@weir/infra/queue/writer';
import { completion, opening } from '../../testing/records.ts';
import { playIn, registerIn, Script } from '../../testing/script.ts';
import { createQueueSink } from './queue-sink.ts';
import { Recent } from './recovery/recent-completions.ts';
import { StaleOpenings } from './recovery/stale-openings.ts';
import type { RecordSink } from './sink.ts';

const AWAY = new Error('away');
const A = opening('a');

let script: Script;
let staleOpenings: StaleOpenings;
let recent: Recent;
let sink: RecordSink;
let open: Set<string>;

beforeEach(() => {
  script = new Script();
  staleOpenings = new StaleOpenings();
  recent = new Recent();
  open = new Set();
  const add: QueueWriter['add'] = ({ id }) => playIn(script, `add ${id}`);
  sink = createQueueSink({ register: registerIn(script), add } as QueueWriter, { staleOpenings, recent });
});
afterEach(() => script.end());

const retireStaleOpenings = () => staleOpenings.retire(registerIn(script), (id) => open.has(id));

describe('on the queue', () => {
  test('an opening stands in the register, and nothing of it is left to look after', async () => {
    script.expect('register.open a');
    await sink.open(A);
    await retireStaleOpenings();
  });

  test('a completion is added before its opening is retired', async () => {
    script.expect('add a').expect('register.retire gateway-1 a');
    await sink.close(completion('a'));
  });

  test('a completion is there when it is added: nobody waits for the retirement', async () => {
    const never = Promise.withResolvers<void>();
    script.expect('add a').expect('register.retire gateway-1 a', never.promise);
    await sink.close(completion('a'));
  });

  test('a completion that is not added leaves its opening where it is', async () => {
    script.expect('add a', AWAY);
    await expect(sink.close(completion('a'))).rejects.toBe(AWAY);
    expect(recent.all()).toEqual([]);
    await retireStaleOpenings();
  });

  test('a completion that was added is kept in mind, however it came here', async () => {
    const first = completion('a');
    script.expect('add a').expect('register.retire gateway-1 a');
    await sink.close(first);
    expect(recent.all()).toEqual([first]);
  });

  test('a withdrawn opening is retired', async () => {
    script.expect('register.retire gateway-1 a');
    await sink.withdraw(A);
    script.expect('register.retire gateway-1 a', AWAY);
    await expect(sink.withdraw(A)).rejects.toBe(AWAY);
  });
});

describe('an opening that was given up', () => {
  beforeEach(async () => {
    open.add('a');
    script.expect('register.open a', AWAY);
    await expect(sink.open(A)).rejects.toBe(AWAY);
  });

  test('is left alone while its request is open', async () => {
    await retireStaleOpenings();
    await retireStaleOpenings();
  });

  test('is retired once its request is over, and then forgotten', async () => {
    open.delete('a');
    script.expect('register.retire gateway-1 a');
    await retireStaleOpenings();
    await retireStaleOpenings();
  });

  test('is retired the next time, where the register does not answer', async () => {
    open.delete('a');
    script.expect('register.retire gateway-1 a', AWAY);
    await expect(retireStaleOpenings()).rejects.toBe(AWAY);
    script.expect('register.retire gateway-1 a');
    await retireStaleOpenings();
    await retireStaleOpenings();
  });

  test('is no stray any more when it was put in after all', async () => {
    script.expect('register.open a');
    await sink.open(A);
    open.delete('a');
    await retireStaleOpenings();
  });
});

describe('an opening that is being put in', () => {
  test('is left alone, for its request is open', async () => {
    const answer = Promise.withResolvers<void>();
    open.add('a');
    script.expect('register.open a', answer.promise);
    const opened = sink.open(A);
    await retireStaleOpenings();
    answer.resolve();
    await opened;
  });

  test('is retired where its request is over already: it was refused meanwhile', async () => {
    const answer = Promise.withResolvers<void>();
    script.expect('register.open a', answer.promise);
    const opened = sink.open(A);
    script.expect('register.retire gateway-1 a');
    await retireStaleOpenings();
    answer.resolve();
    await opened;
  });
});

test('an opening whose retirement failed is retired later, however its completion went', async () => {
  script.expect('add a').expect('register.retire gateway-1 a', AWAY);
  await sink.close(completion('a'));
  script.expect('register.retire gateway-1 a');
  await retireStaleOpenings();
  await retireStaleOpenings();
});

test('of many staleOpenings those whose requests are over are retired, the others not', async () => {
  for (const id of ['a', 'b', 'c']) {
    open.add(id);
    script.expect(`register.open ${id}`, AWAY);
    await expect(sink.open(opening(id))).rejects.toBe(AWAY);
  }
  open.delete('a');
  open.delete('c');
  script.expect('register.retire gateway-1 a').expect('register.retire gateway-1 c');
  await retireStaleOpenings();
  open.delete('b');
  script.expect('register.retire gateway-1 b');
  await retireStaleOpenings();
});
