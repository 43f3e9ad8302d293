import { expect, test } from '@jest/globals';
import { snapshotOf } from '../testing/snapshot-of.ts';
import { jsonOf, linesOf } from './report.ts';
import { verdictOf } from './verdict.ts';

type SnapshotParts = Parameters<typeof snapshotOf>[0];

function reportOf(described: SnapshotParts, late: readonly string[] = []) {
  const look = snapshotOf(described);
  return { verdict: verdictOf(look, look), look, late };
}

test('where nothing is missing the last line says so, and the table is all there is', () => {
  expect(linesOf(reportOf({ rows: { a: null } }))).toEqual([
    '                                      settled        open  on its way     missing',
    'open at 0 living gateways                   0           0           0           0',
    'left by 0 gateways that died                0           0           0           0',
    'in the queue, waiting                       0           0           0           0',
    'in the queue, active                        0           0           0           0',
    'in the queue, delayed                       0           0           0           0',
    'dead letters                                0           0           0           0',
    'spooled by 0 living processes               0           0           0           0',
    'spooled by 0 processes that died            0           0           0           0',
    'rows: 1; of the 1 looked at, 0 are gateway_lost',
    'verify: nothing is missing',
  ]);
});

test('what is on its way alone is counted, and not listed', () => {
  const lines = linesOf(reportOf({ jobs: { waiting: ['a', 'b'] } }));
  expect(lines).toContain('in the queue, waiting                       0           0           2           0');
  expect(lines.at(-1)).toBe('verify: nothing is missing, 2 on the way');
});

test('what is still on its way when the time is up is listed', () => {
  const lines = linesOf(reportOf({ jobs: { waiting: ['a'] } }, ['a']));
  expect(lines.slice(-5)).toEqual([
    '',
    'still on the way:',
    '  a',
    '',
    'verify: nothing is missing, 1 still on the way',
  ]);
});

test('of many that are missing the first fifty are listed, and the others counted', () => {
  const failed = Array.from({ length: 53 }, (_, at) => `id-${at}`);
  const lines = linesOf(reportOf({ jobs: { failed } }));
  expect(lines.filter((line) => line.startsWith('  id-'))).toHaveLength(50);
  expect(lines).toContain('  id-0  a dead letter: npm run dead-letters says why');
  expect(lines).toContain('  … and 3 more');
  expect(lines.at(-1)).toBe('verify: 53 missing');
});

test('an estimate of the rows says that it is one', () => {
  const { verdict, look, late } = reportOf({});
  const lines = linesOf({ verdict, look: { ...look, total: { rows: 5_000_000, estimated: true } }, late });
  expect(lines).toContain('rows: about 5000000; of the 0 looked at, 0 are gateway_lost');
});

test('named ids, and those that were on their way before, have a line of their own', () => {
  const lines = linesOf(reportOf({ named: ['a'], promised: ['b'], rows: { a: null, b: null } }));
  expect(lines).toContain('named in the file                           1           0           0           0');
  expect(lines).toContain('on its way before                           1           0           0           0');
});

const MINUTE = 29_539_474;
const COUNTED = {
  counts: [{ gateway: 'gateway-1', minute: MINUTE, opened: 5, closed: 5 }],
  gateways: { 'gateway-1': [1] as const },
  minuteRows: { [MINUTE]: { 'gateway-1': 3 } },
};

test('what was counted and is nowhere is told by gateway and minute', () => {
  expect(linesOf(reportOf(COUNTED)).slice(-5)).toEqual([
    '',
    'counted by their gateway, and nowhere to be found:',
    '  2026-03-01T12:34Z  gateway-1: 2 without a row',
    '',
    'verify: 2 missing',
  ]);
  const counted = [{ gateway: 'gateway-1', minute: '2026-03-01T12:34Z', missing: 2 }];
  expect(jsonOf(reportOf(COUNTED))).toMatchObject({ missing: [], counted });
});

test('a machine is told every id that is missing or on its way', () => {
  const report = jsonOf(reportOf({ jobs: { failed: ['a'], waiting: ['b'] }, rows: { c: 'gateway_lost' } }));
  expect(report).toMatchObject({
    missing: [{ id: 'a', why: expect.stringContaining('dead letter') }],
    onTheWay: ['b'],
    late: [],
    rows: 1,
    rowsEstimated: false,
    gatewayLost: 1,
  });
});
