import { expect, test } from '@jest/globals';
import { Books, RowsMissing } from '../bench/books.ts';
import type { WorkerHome } from '../journeys/worker-home.ts';

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
