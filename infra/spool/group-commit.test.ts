import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { createGroupCommit } from './group-commit.ts';

/** Commits a group when it is told to, and keeps what it was given. */
function openCommits({ maxBytes = 1_000 } = {}) {
  const groups: string[][] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const commits = createGroupCommit(
    (records) => {
      groups.push(records.map(String));
      const end = Promise.withResolvers<void>();
      ends.push(end);
      return end.promise;
    },
    { maxBytes },
  );
  const append = (record: string) => commits.append(Buffer.from(record));
  const end = async (at: number, error?: Error) => {
    if (error === undefined) ends[at]?.resolve();
    else ends[at]?.reject(error);
    await settled();
  };
  return { groups, append, end, alone: commits.alone };
}

/** All that needs no more than promises to happen has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('records', () => {
  test('that come at once are one group', async () => {
    const { groups, append } = openCommits();
    for (const record of ['a', 'b', 'c']) append(record);
    await settled();
    expect(groups).toEqual([['a', 'b', 'c']]);
  });

  test('that come while a group is on its way are the next, and wait for it', async () => {
    const { groups, append, end } = openCommits();
    append('a');
    await settled();
    append('b');
    await settled();
    append('c');
    await settled();
    expect(groups).toEqual([['a']]);
    await end(0);
    expect(groups).toEqual([['a'], ['b', 'c']]);
  });

  test('that are too many for one group are several, in order', async () => {
    const { groups, append, end } = openCommits({ maxBytes: 4 });
    for (const record of ['aa', 'bb', 'c', 'larger than a group', 'd']) append(record);
    await settled();
    for (const at of [0, 1, 2, 3]) await end(at);
    expect(groups).toEqual([['aa', 'bb'], ['c'], ['larger than a group'], ['d']]);
  });

  test('resolve with their own group, and not before', async () => {
    const { append, end } = openCommits();
    const done: string[] = [];
    append('a').then(() => done.push('a'));
    await settled();
    append('b').then(() => done.push('b'));
    await settled();
    expect(done).toEqual([]);
    await end(0);
    expect(done).toEqual(['a']);
    await end(1);
    expect(done).toEqual(['a', 'b']);
  });

  test('all hear why their group failed, and the next is tried', async () => {
    const { append, end } = openCommits();
    const failed = Promise.allSettled([append('a'), append('b')]);
    await settled();
    const next = append('c');
    const full = new Error('full');
    await end(0, full);
    expect(await failed).toEqual([
      { status: 'rejected', reason: full },
      { status: 'rejected', reason: full },
    ]);
    await end(1);
    await expect(next).resolves.toBeUndefined();
  });
});

describe('what is done alone', () => {
  test('stands between what came before and what came after', async () => {
    const { groups, append, end, alone } = openCommits();
    append('a');
    await settled();
    append('b');
    const seen = alone(async () => groups.flat());
    append('c');
    await settled();
    await end(0);
    await end(1);
    expect(await seen).toEqual(['a', 'b']);
    expect(groups).toEqual([['a'], ['b'], ['c']]);
  });

  test('and fails, fails for its own caller alone', async () => {
    const { groups, append, alone } = openCommits();
    const failed = alone(() => Promise.reject(new Error('no')));
    append('a');
    await expect(failed).rejects.toThrow('no');
    await settled();
    expect(groups).toEqual([['a']]);
  });
});
