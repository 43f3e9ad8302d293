import { describe, expect, test } from '@jest/globals';
import { ATTACKS } from '../support/hostile/attacks/index.ts';
import { accountOf, createIds, imbalancesIn } from '../support/hostile/books.ts';
import { costlyValue, SHAPES } from '../support/hostile/weapons/costly-json.ts';
import { inTinyChunks } from '../support/hostile/weapons/tiny-chunks.ts';
import { type Finding, owedMs, wrongIn } from './findings.ts';
import { progressOf, tableOf } from './report.ts';

const MIB = 1024 ** 2;
const memory = { before: { rss: 100 * MIB, peak: 100 * MIB }, after: { rss: 150 * MIB, peak: 200 * MIB } };
const others = { requests: 50, healthMs: 20, worstMs: 90, controlMs: 30, failed: [] };
const finding: Finding = {
  name: 'packed bombs',
  answers: new Map([['413', 7]]),
  others,
  turnMs: 90,
  memory,
  death: null,
};
const BOUNDS = { maxTurnMs: 250, maxMemoryMb: 800 };

describe('what is wrong', () => {
  test('is nothing where others were served, in time, and memory kept its bound', () => {
    expect(wrongIn(finding, BOUNDS)).toEqual([]);
  });

  test('is each bound that was missed, and each request of others that failed', () => {
    const bad = { ...finding, turnMs: 340, others: { ...others, failed: ['near-1 saw broken'] } };
    expect(wrongIn(bad, { ...BOUNDS, maxMemoryMb: 150 })).toEqual([
      'packed bombs: 1 requests of others failed, the first: near-1 saw broken',
      'packed bombs: a turn of the gateway took 340 ms, more than 250 ms',
      'packed bombs: the gateway had 200 MB, more than 150 MB',
    ]);
  });

  test('is a gateway that died, and an attack that tried nothing', () => {
    expect(wrongIn({ ...finding, death: 'heap' }, BOUNDS)).toEqual(['packed bombs: the gateway died: heap']);
    expect(wrongIn({ ...finding, answers: new Map() }, BOUNDS)).toEqual(['packed bombs: nothing was tried']);
  });

  test('is no wait that the machine made everybody wait', () => {
    expect(owedMs({ ...others, worstMs: 500, controlMs: 400 })).toBe(0);
  });
});

describe('the books', () => {
  const id = createIds('bombs');
  const [one, other, passed] = [id(), id(), id('unmetered')];
  const row = (caller_request_id: string, reason: string | null = null) => ({ caller_request_id, reason });

  test('balance with one row for each request that a provider was asked, but for what is passed through', () => {
    const asked = new Set([one, other, passed, 'straight-1', '']);
    expect(imbalancesIn(asked, [row(one), row(other)])).toEqual([]);
    expect(accountOf('bombs', asked, [row(one), row(other)])).toEqual({ expected: 2, found: 2 });
  });

  test('name what has no row, two rows, or a row though nobody was asked', () => {
    const rows = [row(other), row(other), row('strange'), row('lost', 'gateway_lost')];
    expect(imbalancesIn(new Set([one, other]), rows)).toEqual([
      `${one}: asked once, and has 0 rows`,
      `${other}: asked once, and has 2 rows`,
      'strange: never asked, and has 1 rows',
    ]);
  });
});

describe('what is printed', () => {
  const many = new Map(['400', '413', '408', '503', 'no answer', 'closed'].map((answer) => [answer, 12_345]));
  const longest = ATTACKS.map(({ name }) => name).toSorted((a, b) => b.length - a.length)[0] ?? '';
  const wide = { ...finding, name: longest, answers: many };

  test('fits into 100 columns', () => {
    const lines = [...tableOf([[wide, { expected: 12_345, found: 12_345 }]]), progressOf(wide, 3600)];
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('has a line for each attack, and more where it was answered in many ways', () => {
    const [, , first, second] = tableOf([[wide, { expected: 1, found: 2 }]]);
    expect(first).toMatch(/400 ×12,345 .* 100 → 200 +2\/1$/);
    expect(second).toMatch(/^ +\d+ ×|^ +\w/);
  });
});

test.each(SHAPES)('%s are one JSON value of no more bytes than was said', (shape) => {
  const value = costlyValue(shape, 10_000);
  expect(value.length).toBeLessThanOrEqual(10_000);
  expect(value.length).toBeGreaterThan(9900);
  expect(() => JSON.parse(value.toString())).not.toThrow();
});

test('tiny chunks hold a byte each, and end', () => {
  const chunks = Buffer.concat([...inTinyChunks(Buffer.from('{}'))]).toString();
  expect(chunks).toBe('1\r\n{\r\n1\r\n}\r\n0\r\n\r\n');
});
