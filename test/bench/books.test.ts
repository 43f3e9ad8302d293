import { describe, expect, test } from '@jest/globals';
import type { WorkerHome } from '../support/worker-home.ts';
import { Books, RowsMissing } from './books.ts';
import { takeTurn } from './turn.ts';

/** A ledger that is settled at once, with so many rows. */
function ledgerWith(...counts: number[]): WorkerHome {
  const left = [...counts];
  const count = async () => {
    const next = left.shift();
    if (next === undefined) throw new Error('unscripted');
    return next;
  };
  return { settled: async () => undefined, count } as unknown as WorkerHome;
}

test('as many rows as requests is even, turn after turn', async () => {
  const books = new Books(ledgerWith(3, 5));
  await books.note(3);
  await books.note(2);
  expect(books.asked).toBe(5);
});

test.each([
  ['one row too few', 4],
  ['one row too many', 6],
])('%s is no result', async (_, rows) => {
  await expect(new Books(ledgerWith(rows)).note(5)).rejects.toThrow(RowsMissing);
  await expect(new Books(ledgerWith(rows)).note(5)).rejects.toThrow(`5 requests, and ${rows} rows`);
});

test('completions are waited for until the queue has all of them', async () => {
  const counts = [3, 4, 5];
  const home = { queue: { getJobCountByTypes: async () => counts.shift() } } as unknown as WorkerHome;
  await new Books(home).queued(5);
  expect(counts).toEqual([]);
});

describe('a turn', () => {
  function watched() {
    const seen: string[] = [];
    const queue = { pause: async () => void seen.push('pause'), resume: async () => void seen.push('resume') };
    const books = { note: async (requests: number) => void seen.push(`note ${requests}`) };
    const work = async () => {
      seen.push('work');
      return { requests: 7, more: 'kept' };
    };
    return { seen, work, metering: { home: { queue } as unknown as WorkerHome, books } };
  }

  test.each(['gateway', 'talkative', 'impatient', 'pair'] as const)(
    'of a target that is metered (%s) is without the worker, which then must write all rows',
    async (name) => {
      const { seen, work, metering } = watched();
      expect(await takeTurn(metering, name, work)).toEqual({ requests: 7, more: 'kept' });
      expect(seen).toEqual(['pause', 'work', 'resume', 'note 7']);
    },
  );

  test.each(['pipe', 'nginx'] as const)('of %s is left alone', async (name) => {
    const { seen, work, metering } = watched();
    await takeTurn(metering, name, work);
    expect(seen).toEqual(['work']);
  });
});
