import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Completion } from '@weir/ledger/completion';
import { aCompletion, anOpening } from '@weir/ledger/testing/records';
import { createQueueSink } from './queue-sink.ts';

const AWAY = new Error('away');
const A = anOpening({ id: 'a' });
const ENDED = aCompletion({ id: 'a' });

/** Everything that the sink asks or tells anybody, in its order. */
let calls: string[];
/** What is refused, or is not done at once. */
let answers: Record<string, Error | Promise<void>>;
let recent: Completion[];
beforeEach(() => {
  [calls, answers, recent] = [[], {}, []];
});

async function ask(call: string): Promise<void> {
  calls.push(call);
  const answer = answers[call];
  if (answer instanceof Error) throw answer;
  await answer;
}

const sink = createQueueSink(
  {
    add: ({ id }) => ask(`add ${id}`),
    register: { open: ({ id }) => ask(`open ${id}`), retire: (gateway, id) => ask(`retire ${gateway} ${id}`) },
  },
  {
    staleOpenings: {
      add: ({ gateway, id }) => void calls.push(`stale ${gateway} ${id}`),
      delete: ({ id }) => void calls.push(`not stale ${id}`),
    },
    recent: {
      add(completion) {
        calls.push(`recent ${completion.id}`);
        recent.push(completion);
      },
    },
  },
);

describe('on the queue', () => {
  test('an opening is stale until it is known to stand in the register', async () => {
    await sink.open(A);
    expect(calls).toEqual(['stale gateway-1 a', 'open a', 'not stale a']);
  });

  test('an opening that was given up stays stale: it may stand there all the same', async () => {
    answers['open a'] = AWAY;
    await expect(sink.open(A)).rejects.toBe(AWAY);
    expect(calls).toEqual(['stale gateway-1 a', 'open a']);
  });

  test('a completion is added before its opening is retired', async () => {
    await sink.close(ENDED);
    expect(calls).toEqual(['add a', 'recent a', 'retire gateway-1 a']);
  });

  test('a completion is kept in mind as it was added', async () => {
    await sink.close(ENDED);
    expect(recent).toEqual([ENDED]);
  });

  test('a completion is there when it is added: nobody waits for the retirement', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answers['retire gateway-1 a'] = promise;
    await sink.close(ENDED);
    resolve();
  });

  test('a completion that is not added leaves its opening where it is, and is not kept in mind', async () => {
    answers['add a'] = AWAY;
    await expect(sink.close(ENDED)).rejects.toBe(AWAY);
    expect(calls).toEqual(['add a']);
  });

  test('an opening whose retirement failed is stale, however its completion went', async () => {
    answers['retire gateway-1 a'] = AWAY;
    await sink.close(ENDED);
    await new Promise(setImmediate);
    expect(calls.at(-1)).toBe('stale gateway-1 a');
  });

  test('a withdrawn opening is retired', async () => {
    await sink.withdraw(A);
    expect(calls).toEqual(['retire gateway-1 a']);
  });

  test('a withdrawal that the register does not take is refused', async () => {
    answers['retire gateway-1 a'] = AWAY;
    await expect(sink.withdraw(A)).rejects.toBe(AWAY);
  });
});
