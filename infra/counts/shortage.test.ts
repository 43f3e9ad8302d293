import { describe, expect, test } from '@jest/globals';
import { type Standing, settledIn, shortagesOf } from './shortage.ts';

interface CountsAndRows {
  /** `gateway minute`: opened, closed. */
  readonly counts?: Readonly<Record<string, readonly [opened: number, closed: number]>>;
  readonly gateways?: readonly string[];
  readonly onTheWay?: Readonly<Record<number, number>>;
  /** By `gateway minute`. */
  readonly rows?: Readonly<Record<string, number>>;
}

const GATEWAYS = ['one', 'two'];

function standing({ counts = {}, gateways = GATEWAYS, onTheWay = {}, rows = {} }: CountsAndRows): Standing {
  const byMinute = Map.groupBy(Object.entries(rows), ([name]) => named(name).minute);
  const perGateway = (some: [string, number][]) => new Map(some.map(([name, count]) => [named(name).gateway, count]));
  return {
    counts: Object.entries(counts).map(([name, [opened, closed]]) => ({ ...named(name), opened, closed })),
    gateways: new Set(gateways),
    onTheWay: new Map(Object.entries(onTheWay).map(([minute, count]) => [Number(minute), count])),
    rows: new Map([...byMinute].map(([minute, some]) => [minute, perGateway(some)])),
  };
}

function named(name: string): { gateway: string; minute: number } {
  const [gateway = '', minute] = name.split(' ');
  return { gateway, minute: Number(minute) };
}

const shortages = (before: CountsAndRows, now: CountsAndRows = before) =>
  shortagesOf(standing(before), standing(now)).map(
    ({ gateway, minute, missing }) => `${gateway} ${minute}: ${missing}`,
  );

describe('what is missing', () => {
  test('is nothing where each that was closed has its row', () => {
    expect(shortages({ counts: { 'one 7': [5, 5], 'two 7': [2, 2] }, rows: { 'one 7': 5, 'two 7': 2 } })).toEqual([]);
  });

  test('is told for each gateway and minute', () => {
    const counts = { 'one 7': [5, 5], 'one 8': [4, 4], 'two 7': [9, 9] } as const;
    expect(shortages({ counts, rows: { 'one 7': 3, 'one 8': 4, 'two 7': 8 } })).toEqual(['one 7: 2', 'two 7: 1']);
    expect(shortages({ counts: { 'one 7': [5, 5] } })).toEqual(['one 7: 5']);
  });

  test('is nothing of what a living gateway still has open', () => {
    expect(shortages({ counts: { 'one 7': [5, 3] }, rows: { 'one 7': 3 } })).toEqual([]);
  });

  test('is what a gateway that is not listed any more had open, too', () => {
    const left = { counts: { 'one 7': [5, 3] }, gateways: [], rows: { 'one 7': 3 } } as const;
    expect(shortages(left)).toEqual(['one 7: 2']);
    expect(shortages({ ...left, rows: { 'one 7': 5 } })).toEqual([]);
  });

  test('is not what a gateway has open that is listed at one look alone', () => {
    const [listed, unlisted] = [{ gateways: ['one'] }, { gateways: [] }];
    const open = { counts: { 'one 7': [5, 3] }, rows: { 'one 7': 3 } } as const;
    expect(shortages({ ...open, ...listed }, { ...open, ...unlisted })).toEqual([]);
    expect(shortages({ ...open, ...unlisted }, { ...open, ...listed })).toEqual([]);
  });

  test('is nothing of what may be on its way', () => {
    const counts = { 'one 7': [5, 5], 'one 8': [5, 5] } as const;
    expect(shortages({ counts, rows: { 'one 7': 3, 'one 8': 3 }, onTheWay: { 7: 2, 8: 1 } })).toEqual(['one 8: 1']);
  });

  test('does not become negative where there are rows to spare', () => {
    expect(shortages({ counts: { 'one 7': [5, 5] }, rows: { 'one 7': 6 } })).toEqual([]);
  });

  test('was due at the look before, and is missing at both', () => {
    const [was, is] = [{ 'one 7': [5, 5] }, { 'one 7': [9, 9] }] as const;
    expect(shortages({ counts: was, rows: { 'one 7': 5 } }, { counts: is, rows: { 'one 7': 5 } })).toEqual([]);
    expect(shortages({ counts: was, rows: { 'one 7': 4 } }, { counts: is, rows: { 'one 7': 5 } })).toEqual([]);
    expect(shortages({ counts: was, rows: { 'one 7': 2 } }, { counts: is, rows: { 'one 7': 3 } })).toEqual([
      'one 7: 2',
    ]);
  });
});

describe('what is settled', () => {
  const settled = (before: CountsAndRows, now: CountsAndRows = before) =>
    settledIn(standing(before), standing(now)).map(({ gateway, minute }) => `${gateway} ${minute}`);

  test('is what has all its rows, and nothing open', () => {
    const counts = { 'one 7': [5, 5], 'one 8': [4, 3], 'two 7': [2, 2] } as const;
    expect(settled({ counts, rows: { 'one 7': 5, 'one 8': 4, 'two 7': 1 } })).toEqual(['one 7']);
  });

  test('is what a gateway had open that is not listed any more, too', () => {
    const left = { counts: { 'one 7': [5, 3] }, gateways: [] } as const;
    expect(settled({ ...left, rows: { 'one 7': 5 } })).toEqual(['one 7']);
    expect(settled({ ...left, rows: { 'one 7': 4 } })).toEqual([]);
  });

  test('is nothing that still changes', () => {
    const rows = { 'one 7': 5 };
    expect(settled({ counts: { 'one 7': [4, 4] }, rows }, { counts: { 'one 7': [5, 5] }, rows })).toEqual([]);
  });
});
