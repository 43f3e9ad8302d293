import { expect, test } from '@jest/globals';
import { snapshotOf } from '../testing/snapshot-of.ts';
import { Away, type Due } from './take-snapshot.ts';
import { watch } from './watch.ts';

type SnapshotParts = Parameters<typeof snapshotOf>[0];

/** An installation that looks like this the first time, like that the second, and ever after like the last. */
function changing(...stages: readonly (SnapshotParts | Away)[]) {
  const said: string[] = [];
  const asked: (readonly number[])[] = [];
  let looks = 0;
  const take = async ({ minutes, ...due }: Due) => {
    asked.push(minutes);
    const stage = stages[Math.min(looks, stages.length - 1)] ?? {};
    looks += 1;
    if (stage instanceof Away) throw stage;
    return snapshotOf({ ...stage, ...due });
  };
  const watched = (waitMs: number) =>
    watch({ take, named: [], waitMs, say: (line) => void said.push(line), betweenMs: 5 });
  return { watched, said, asked, looks: () => looks };
}

const LONG_MS = 20_000;

test('without time to wait it looks twice, whatever it sees', async () => {
  const { watched, looks } = changing({ jobs: { waiting: ['a'] } });
  const { verdict, late } = await watched(0);
  expect(looks()).toBe(2);
  expect([...verdict.onTheWay]).toEqual(['a']);
  expect(late).toEqual([]);
});

test('it looks again until what is missing is there, and says how it goes', async () => {
  const gone: SnapshotParts = { gateways: { g: [4, 'a'] } };
  const { watched, said, looks } = changing(gone, gone, { jobs: { waiting: ['a'] } }, { rows: { a: 'gateway_lost' } });
  const { verdict } = await watched(LONG_MS);
  expect(verdict.missing.size).toBe(0);
  expect(looks()).toBe(4);
  expect(said[0]).toMatch(/^1 missing; looking again, for \d+ s at most$/);
  expect(said[1]).toMatch(/^nothing is missing, 1 on the way; looking again/);
});

test('what comes onto its way while it looks is not waited for', async () => {
  const { watched } = changing(
    { jobs: { waiting: ['a'] } },
    { jobs: { waiting: ['a'] } },
    { jobs: { waiting: ['b'] }, rows: { a: null } },
  );
  const { verdict, late } = await watched(LONG_MS);
  expect([...verdict.onTheWay]).toEqual(['b']);
  expect(late).toEqual([]);
});

test('what is still on its way when the time is up is late', async () => {
  const { watched } = changing({ jobs: { waiting: ['a'] } });
  expect((await watched(30)).late).toEqual(['a']);
});

test('a completion that vanishes from the queue without a row is missing, until its row comes after all', async () => {
  const { watched, said } = changing({ jobs: { waiting: ['a'] } }, {}, {}, { rows: { a: null } });
  const { verdict } = await watched(LONG_MS);
  expect(said.map((line) => line.split(';')[0])).toEqual(['nothing is missing, 1 on the way', '1 missing']);
  expect(verdict.missing.size).toBe(0);
});

test('a server that is away ends it, unless there is time to wait until it is back', async () => {
  const away = new Away('the queue is away');
  await expect(changing(away).watched(0)).rejects.toBe(away);
  const { watched, said } = changing({}, away, {});
  expect((await watched(LONG_MS)).verdict.missing.size).toBe(0);
  expect(said[0]).toMatch(/^the queue is away; looking again/);
});

test('what a gateway counted and has no row is waited for, and its minute asked about though nobody counts it any more', async () => {
  const counts = [{ gateway: 'g', minute: 7, opened: 2, closed: 2 }];
  const short = { gateways: { g: [1] as const }, counts, minuteRows: { 7: { g: 1 } } };
  const { watched, asked, said } = changing(short, short, { minuteRows: { 7: { g: 2 } } });
  const { verdict } = await watched(LONG_MS);
  expect(verdict.shortages).toEqual([]);
  expect(asked).toEqual([[], [7], [7]]);
  expect(said).toEqual([expect.stringContaining('1 missing')]);
});
