import { describe, expect, test } from '@jest/globals';
import { minuteOf } from '../counts/minute.ts';
import { snapshotOf } from '../testing/snapshot-of.ts';
import { withFate } from './places.ts';
import { type Verdict, verdictOf } from './verdict.ts';

type SnapshotParts = Parameters<typeof snapshotOf>[0];

/** Where nothing moves but hearts. */
const still = (described: SnapshotParts): Verdict => verdictOf(snapshotOf(described), snapshotOf(described));

/** Each set's ids, where there are any. */
function inWords({ places, missing, onTheWay, open }: Verdict): Record<string, string[]> {
  const sets = { missing: missing.keys(), onTheWay, open, settled: withFate(places, 'settled') };
  const lists = Object.entries(sets).map(([name, ids]) => [name, [...ids].sort()] as const);
  return Object.fromEntries(lists.filter(([, ids]) => ids.length > 0));
}

test('where nothing is, nothing is missing', () => {
  expect(inWords(still({}))).toEqual({});
});

describe('an opening', () => {
  test('of a gateway whose heart beats is open', () => {
    const before = snapshotOf({ gateways: { g: [4, 'a'] } });
    const now = snapshotOf({ gateways: { g: [6, 'a'] } });
    expect(inWords(verdictOf(before, now))).toEqual({ open: ['a'] });
  });

  test('of a gateway that came between the looks is open', () => {
    expect(inWords(verdictOf(snapshotOf({}), snapshotOf({ gateways: { g: [1, 'a'] } })))).toEqual({ open: ['a'] });
  });

  test('of a gateway whose heart stands still is missing, and the gateway named', () => {
    const verdict = still({ gateways: { g: [4, 'a'] } });
    expect(inWords(verdict)).toEqual({ missing: ['a'] });
    expect(verdict.missing.get('a')).toContain('open at g, which is gone');
  });

  test('of a gateway that has left is missing', () => {
    const verdict = verdictOf(snapshotOf({ gateways: { g: [4, 'a'] } }), snapshotOf({ gateways: { g: [0, 'a'] } }));
    expect(inWords(verdict)).toEqual({ missing: ['a'] });
  });

  test.each([
    ['row', { rows: { a: null } }],
    ['lost row', { rows: { a: 'gateway_lost' } }],
  ] as const)('whose %s stands is only late to go', (_, rows) => {
    expect(inWords(still({ gateways: { g: [4, 'a'] }, ...rows }))).toEqual({ settled: ['a'] });
  });

  test('whose completion is in the queue is on its way', () => {
    const verdict = still({ gateways: { g: [4, 'a'] }, jobs: { active: ['a'] } });
    expect(inWords(verdict)).toEqual({ onTheWay: ['a'], settled: ['a'] });
  });

  test('whose completion is in the spool of a living process is on its way', () => {
    const verdict = still({ gateways: { g: [4, 'a'] }, slots: [{ closes: ['a'] }] });
    expect(inWords(verdict)).toEqual({ onTheWay: ['a'], settled: ['a'] });
  });
});

describe('a job', () => {
  test.each(['waiting', 'active', 'delayed'] as const)('that is %s is on its way', (state) => {
    expect(inWords(still({ jobs: { [state]: ['a'] } }))).toEqual({ onTheWay: ['a'] });
  });

  test('that failed is missing', () => {
    expect(inWords(still({ jobs: { failed: ['a'] } }))).toEqual({ missing: ['a'] });
  });

  test('that failed is settled where the row stands', () => {
    expect(inWords(still({ jobs: { failed: ['a'] }, rows: { a: null } }))).toEqual({ settled: ['a'] });
  });

  test('that failed is on its way where another one for its request waits', () => {
    expect(inWords(still({ jobs: { failed: ['a'], waiting: ['a'] } }))).toEqual({ onTheWay: ['a'] });
  });

  test('that is nowhere a look later, and has no row, is missing when that look is repeated', () => {
    const vanished = snapshotOf({ promised: ['a'] });
    expect(inWords(verdictOf(snapshotOf({ jobs: { active: ['a'] } }), vanished))).toEqual({ onTheWay: ['a'] });
    expect(inWords(verdictOf(vanished, vanished))).toEqual({ missing: ['a'] });
  });
});

describe('in the spool', () => {
  test('a completion of a living process is on its way, an opening open', () => {
    const verdict = still({ slots: [{ closes: ['a'], openings: ['b'] }] });
    expect(inWords(verdict)).toEqual({ onTheWay: ['a'], open: ['b'] });
  });

  test('an opening that a living process adopted is on its way', () => {
    expect(inWords(still({ slots: [{ adopted: true, openings: ['a'] }] }))).toEqual({ onTheWay: ['a'] });
  });

  test('whatever a dead process left is missing', () => {
    const verdict = still({ slots: [{ alive: false, closes: ['a'], openings: ['b'] }] });
    expect(inWords(verdict)).toEqual({ missing: ['a', 'b'] });
  });

  test('what has arrived is settled', () => {
    const slots = [{ alive: false, closes: ['a'], openings: ['b'] }];
    const verdict = still({ slots, rows: { a: null, b: 'gateway_lost' } });
    expect(inWords(verdict)).toEqual({ settled: ['a', 'b'] });
  });

  test('a real completion is missing still where the row is provisional', () => {
    const verdict = still({ slots: [{ alive: false, closes: ['a'] }], rows: { a: 'gateway_lost' } });
    expect(inWords(verdict)).toEqual({ missing: ['a'] });
  });

  test('an opening that was closed in another slot follows that one', () => {
    const verdict = still({ slots: [{ alive: false, openings: ['a'] }, { closes: ['a'] }] });
    expect(inWords(verdict)).toEqual({ onTheWay: ['a'], settled: ['a'] });
  });
});

test('a named id is missing where it is nowhere, and open or on its way where it is', () => {
  const described = { named: ['a', 'b', 'c', 'd'], jobs: { waiting: ['b'] }, rows: { d: null } };
  const before = snapshotOf({ ...described, gateways: { g: [1, 'c'] } });
  const now = snapshotOf({ ...described, gateways: { g: [2, 'c'] } });
  const verdict = verdictOf(before, now);
  expect(inWords(verdict)).toEqual({ missing: ['a'], onTheWay: ['b'], open: ['c'], settled: ['d'] });
  expect(verdict.missing.get('a')).toBe('named in the file, and nowhere');
});

test('what only one look finds missing may have moved meanwhile: it is taken to be on its way', () => {
  const before = snapshotOf({ gateways: { g: [4] } });
  const now = snapshotOf({ gateways: { g: [4, 'a'] }, jobs: { failed: ['b'] } });
  expect(inWords(verdictOf(before, now))).toEqual({ onTheWay: ['a', 'b'] });
});

test('what is missing in two places has the reason of the first', () => {
  const verdict = still({ named: ['a'], slots: [{ alive: false, closes: ['a'] }] });
  expect(verdict.missing.get('a')).toContain('SPOOL_DIR');
});

describe('what a gateway counted', () => {
  const IDS = ['019ca95e-0000-7000-8000-000000000001', '019ca95e-0000-7000-8000-000000000002'];
  const [A = '', B = ''] = IDS;
  const MINUTE = minuteOf(A);
  const counts = [{ gateway: 'g', minute: MINUTE, opened: 3, closed: 3 }];
  const gateways = { g: [4] as const };

  test('is missing where it has no row, and is nowhere else', () => {
    const { shortages, missing } = still({ gateways, counts, minuteRows: { [MINUTE]: { g: 1 } } });
    expect(shortages).toEqual([{ gateway: 'g', minute: MINUTE, missing: 2 }]);
    expect(missing.size).toBe(0);
  });

  test.each([
    ['in the queue', { jobs: { waiting: [A], active: [B] } }],
    ['in a spool', { slots: [{ closes: [A, B] }] }],
  ])('may still be %s', (_, where) => {
    expect(still({ gateways, counts, minuteRows: { [MINUTE]: { g: 1 } }, ...where }).shortages).toEqual([]);
  });

  test('is not told twice where it is missing by its id', () => {
    const lost = { gateways, counts, minuteRows: { [MINUTE]: { g: 1 } }, promised: [A] };
    const { shortages, missing } = still(lost);
    expect([...missing.keys()]).toEqual([A]);
    expect(shortages).toEqual([{ gateway: 'g', minute: MINUTE, missing: 1 }]);
  });
});
