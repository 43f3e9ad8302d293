import { expect, test } from '@jest/globals';
import { paced } from './pace.ts';

const byNumber = { framesAt: (beat: number) => [`${beat}`] };

async function batchesOf(beats: Parameters<typeof paced>[0], wire: Parameters<typeof paced>[1]) {
  const batches: string[] = [];
  for await (const frames of paced(beats, wire)) batches.push(frames.join(' '));
  return batches;
}

test('beats without a pace come together', async () => {
  const wire = { gone: false, sleep: async () => {} };
  expect(await batchesOf({ count: 4, everyMs: 0, ...byNumber }, wire)).toEqual(['0 1 2 3']);
});

test('each beat is slept for until it is due, counted from the start', async () => {
  const slept: number[] = [];
  const wire = { gone: false, sleep: async (ms: number) => void slept.push(ms) };
  expect(await batchesOf({ count: 3, everyMs: 3_600_000, ...byNumber }, wire)).toEqual(['0', '1', '2']);
  expect(slept.slice(1).map((ms) => Math.round(ms / 3_600_000))).toEqual([1, 2]);
});

test('a flood comes in batches of about what a socket takes', async () => {
  const wire = { gone: false, sleep: async () => {} };
  const batches = await batchesOf({ count: 100, everyMs: 0, framesAt: () => ['x'.repeat(10_000)] }, wire);
  expect(batches.map((batch) => batch.split(' ').length)).toEqual([...Array(14).fill(7), 2]);
});

test('nothing more is made for a client that is gone', async () => {
  const wire = { gone: false, sleep: async () => {} };
  const beats = { count: 9, everyMs: 3_600_000, ...byNumber };
  const given: string[] = [];
  for await (const frames of paced(beats, wire)) {
    given.push(...frames);
    wire.gone = given.length === 2;
  }
  expect(given).toEqual(['0', '1']);
});
