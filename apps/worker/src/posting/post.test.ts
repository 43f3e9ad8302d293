import { describe, expect, test } from '@jest/globals';
import { RecordRefused, RetryLater } from '@weir/infra/consume';
import { type Entry, EntryRefused, type Ledger } from '@weir/ledger/ledger';
import { createPost } from './post.ts';

const entries = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `${at}` }) as Entry);

/** Writes all or none, as the ledger does: none when one of them is among the bad. */
function open(bad: Record<string, Error>) {
  const written: string[] = [];
  let posts = 0;
  const post = async (batch: readonly Entry[]) => {
    posts += 1;
    const obstacle = batch.map(({ id }) => bad[id]).find((error) => error !== undefined);
    if (obstacle !== undefined) throw obstacle;
    written.push(...batch.map(({ id }) => id));
    return { written: batch.length, replaced: 0, known: 0, replays: [] };
  };
  const ledger: Ledger = { post, close: async () => {} };
  const metrics = { posted: () => {}, deadLettered: () => {} };
  return { post: createPost(ledger, metrics), written, posts: () => posts };
}

describe('posting a batch', () => {
  test('is one insert where nothing stands in the way', async () => {
    const { post, posts } = open({});
    expect(await post(entries(200))).toEqual(entries(200).map(() => undefined));
    expect(posts()).toBe(1);
  });

  test('finds the one entry that is refused, and writes the others once', async () => {
    const { post, written, posts } = open({ 137: new EntryRefused('a value exceeds a limit') });
    const obstacles = await post(entries(200));
    expect(obstacles.flatMap((obstacle, at) => (obstacle === undefined ? [] : [at]))).toEqual([137]);
    expect(obstacles[137]).toEqual(new RecordRefused('a value exceeds a limit'));
    expect(written).toHaveLength(199);
    expect(new Set(written).size).toBe(199);
    expect(posts()).toBeLessThan(20);
  });

  test('finds each of several', async () => {
    const refused = new EntryRefused('no');
    const { post, written } = open({ 0: refused, 3: refused, 4: refused });
    const obstacles = await post(entries(5));
    expect(obstacles.map((obstacle) => obstacle instanceof RecordRefused)).toEqual([true, false, false, true, true]);
    expect(written).toEqual(['1', '2']);
  });

  test('gives a whole batch back at once when it is given up', async () => {
    const { post, posts } = open({ 2: new RetryLater('not here') });
    const obstacles = await post(entries(4));
    expect(obstacles.every((obstacle) => obstacle instanceof RetryLater)).toBe(true);
    expect(posts()).toBe(1);
  });

  test('leaves a fault of ours as it is, to be tried again', async () => {
    const fault = new TypeError('cannot read');
    const obstacles = await open({ 1: fault }).post(entries(3));
    expect(obstacles).toEqual([undefined, fault, undefined]);
  });
});
