import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createBatcher } from './batcher.ts';

/** Settles a batch when it is told to, and keeps what it was given. */
function createSettling() {
  const batches: (readonly number[])[] = [];
  const releases: ((obstacles: readonly (Error | undefined)[]) => void)[] = [];
  const settle = (batch: readonly number[]) => {
    batches.push(batch);
    return new Promise<readonly (Error | undefined)[]>((resolve) => releases.push(resolve));
  };
  const release = async (at: number, obstacles: readonly (Error | undefined)[] = []) => {
    releases[at]?.(obstacles);
    await jest.advanceTimersByTimeAsync(0);
  };
  return { batches, settle, release };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('a batcher', () => {
  const open = () => {
    const settling = createSettling();
    const batcher = createBatcher<number>({ size: 3, lanes: 2, lingerMs: 5, settle: settling.settle });
    return { ...settling, add: (item: number) => batcher.add(item) };
  };

  test('sends what came within the linger as one batch', async () => {
    const { batches, add } = open();
    add(1);
    await jest.advanceTimersByTimeAsync(4);
    add(2);
    expect(batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1, 2]]);
  });

  test('sends a full batch without waiting', () => {
    const { batches, add } = open();
    for (const item of [1, 2, 3]) add(item);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  test('lets them gather while every lane is busy, and sends as many as fit when one is free', async () => {
    const { batches, add, release } = open();
    for (const item of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) add(item);
    await jest.advanceTimersByTimeAsync(1000);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    await release(1);
    expect(batches[2]).toEqual([7, 8, 9]);
    await release(0);
    await jest.advanceTimersByTimeAsync(5);
    expect(batches[3]).toEqual([10]);
  });

  test('tells each caller what became of its own item', async () => {
    const { add, release } = open();
    const refused = new Error('refused');
    const outcomes = Promise.allSettled([add(1), add(2), add(3)]);
    await release(0, [undefined, refused, undefined]);
    expect(await outcomes).toEqual([
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: refused },
      { status: 'fulfilled', value: undefined },
    ]);
  });

  test('tells every caller when the batch itself fails, and goes on', async () => {
    const broken = new Error('broken');
    const settle = jest.fn<() => Promise<readonly undefined[]>>().mockRejectedValueOnce(broken).mockResolvedValue([]);
    const batcher = createBatcher<number>({ size: 2, lanes: 1, lingerMs: 5, settle });
    const [first, second, third] = [batcher.add(1), batcher.add(2), batcher.add(3)];
    await expect(first).rejects.toBe(broken);
    await expect(second).rejects.toBe(broken);
    await jest.advanceTimersByTimeAsync(5);
    await expect(third).resolves.toBeUndefined();
  });

  test('that is not to linger sends the first at once, without a timer, and those that came meanwhile together', async () => {
    const { batches, settle, release } = createSettling();
    const batcher = createBatcher<number>({ size: 3, lanes: 1, settle });
    for (const item of [1, 2, 3, 4, 5]) batcher.add(item);
    expect(batches).toEqual([[1]]);
    await release(0);
    expect(batches).toEqual([[1], [2, 3, 4]]);
    await release(1);
    expect(batches).toEqual([[1], [2, 3, 4], [5]]);
    await release(2);
    expect(jest.getTimerCount()).toBe(0);
  });
});
