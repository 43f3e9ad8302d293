import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RecordSink } from '@weir/infra/sinks';
import { createQueueSink } from '@weir/infra/sinks/queue';
import { completion, opening } from '../../../testing/records.ts';
import { playIn, registerIn, Script } from '../../../testing/script.ts';
import { Recent } from './recent-completions.ts';
import { StaleOpenings } from './stale-openings.ts';

const AWAY = new Error('away');
const A = opening('a');

let script: Script;
let staleOpenings: StaleOpenings;
let sink: RecordSink;
let open: Set<string>;

beforeEach(() => {
  script = new Script();
  staleOpenings = new StaleOpenings();
  open = new Set();
  const add = ({ id }: { id: string }) => playIn(script, `add ${id}`);
  sink = createQueueSink({ register: registerIn(script), add }, { staleOpenings, recent: new Recent() });
});
afterEach(() => script.end());

const retireStaleOpenings = () => staleOpenings.retire(registerIn(script), (id) => open.has(id));

test('an opening that stands in the register, and has left it again, leaves nothing to look after', async () => {
  script.expect('register.open a');
  await sink.open(A);
  await retireStaleOpenings();
  script.expect('add a').expect('register.retire gateway-1 a');
  await sink.close(completion('a'));
  await retireStaleOpenings();
});

test('an opening whose completion is not added is left where it is', async () => {
  script.expect('register.open a').expect('add a', AWAY);
  await sink.open(A);
  await expect(sink.close(completion('a'))).rejects.toBe(AWAY);
  await retireStaleOpenings();
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

  test('is stale no more when it was put in after all', async () => {
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

test('of many those whose requests are over are retired, the others not', async () => {
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
