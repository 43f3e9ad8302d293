import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import '../../../testing/faked-pause.ts';

const { inBatches } = await import('./in-batches.ts');

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

async function* inTurn<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

test.each([0, 1, 99, 100, 101, 250])('all of %i are taken, once, in their order', async (count) => {
  const taken: number[] = [];
  const done = inBatches(inTurn(upTo(count)), async (item) => void taken.push(item));
  await pass(1000);
  await done;
  expect(taken).toEqual(upTo(count));
});

test('a hundred are under way at once; the next hundred begin when the last of them is done, and a breath later', async () => {
  const releases: (() => void)[] = [];
  const done = inBatches(upTo(250), () => new Promise<void>((resolve) => releases.push(resolve)));
  await pass(1000);
  expect(releases).toHaveLength(100);
  for (const release of releases.slice(0, 99)) release();
  await pass(1000);
  expect(releases).toHaveLength(100);
  releases[99]?.();
  await pass(19);
  expect(releases).toHaveLength(100);
  await pass(1);
  expect(releases).toHaveLength(200);
  for (const release of releases.slice(100)) release();
  await pass(20);
  expect(releases).toHaveLength(250);
  for (const release of releases.slice(200)) release();
  await done;
});

test('one that fails ends it, with its own error and no other left unheard, and no further load is begun', async () => {
  const asked: number[] = [];
  const done = inBatches(upTo(300), async (item) => {
    asked.push(item);
    if (item % 10 === 5) throw new Error(`not ${item}`);
  });
  const outcome = expect(done).rejects.toThrow('not 5');
  await pass(1000);
  await outcome;
  expect(asked).toEqual(upTo(100));
});

test('what cannot be read to its end ends it after what was read before', async () => {
  async function* torn(): AsyncGenerator<number> {
    yield* upTo(120);
    throw new Error('EIO');
  }
  const taken: number[] = [];
  const outcome = expect(inBatches(torn(), async (item) => void taken.push(item))).rejects.toThrow('EIO');
  await pass(1000);
  await outcome;
  expect(taken).toEqual(upTo(100));
});
