import { describe, expect, test } from '@jest/globals';
import { chartOf } from '../bench/chart.ts';
import type { Finding } from '../bench/finding.ts';
import type { Figure } from '../bench/scenario.ts';
import { type Section, tableOf } from '../bench/table.ts';

const COST: Figure = { label: 'CPU a frame', measure: 'cpu', unit: 'µs', as: 'ratio', atMost: 1 };
const LATENCY: Figure = { label: 'first byte', measure: 'ms', unit: 'ms', as: 'added', atMost: 5, wall: true };
const RATE: Figure = { label: 'rows', measure: 'rate', unit: '/s', as: 'own', of: 'worker', atLeast: 10_000 };

const finding = (figure: Figure, own: Partial<Finding> = {}): Finding => ({
  figure,
  medians: { gateway: 12.345, pipe: 10, worker: 12_345.6 },
  value: 1.2345,
  low: 1.1,
  high: 1.3,
  met: false,
  ...own,
});

const section = (name: string, ...findings: Finding[]): Section => ({
  scenario: { name, summary: 'so many' },
  findings,
});

/** Every tag that opens is closed, in order, and every attribute is quoted. */
function expectWellFormed(xml: string): void {
  const open: string[] = [];
  for (const [, closing, name = '', , empty] of xml.matchAll(/<(\/?)(\w+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g)) {
    if (closing) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name);
  }
  expect(open).toEqual([]);
  expect(xml.replaceAll(/<\/?\w+(?: [\w:-]+="[^"<]*")*\/?>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
}

describe('the chart', () => {
  test('is well-formed, whatever a label says', () => {
    expectWellFormed(chartOf([section('paced', finding({ ...COST, label: 'a < b & c > "d"' }))]));
    expectWellFormed(chartOf([]));
  });

  test('shows what costs compared with the pipe, and nothing that only this machine says', () => {
    const svg = chartOf([section('paced', finding(COST), finding(LATENCY)), section('ledger', finding(RATE))]);
    expect(svg.match(/<rect /g)).toHaveLength(1);
    expect(svg).toContain('paced: CPU a frame');
    expect(svg).toContain('×1.23');
  });

  test('draws twice as much twice as long, in another colour beyond the bound, and within the picture', () => {
    const one = finding(COST, { value: 0.8, low: 0.8, high: 0.8 });
    const two = finding(COST, { value: 1.6, low: 1.6, high: 1.6 });
    const svg = chartOf([section('paced', one, two)]);
    const bars = [...svg.matchAll(/<rect .*?width="([\d.]+)".*?fill="(#\w+)"/g)];
    const [first = 0, second = 0] = bars.map(([, width]) => Number(width));
    expect(second / first).toBeCloseTo(2, 1);
    expect(new Set(bars.map(([, , colour]) => colour)).size).toBe(2);
    expect(second).toBeLessThan(760);
  });
});

describe('the table', () => {
  const table = tableOf([
    section('paced', finding(COST), finding(LATENCY)),
    section('ledger', finding(RATE, { met: true })),
  ]);

  test('says what was measured, the bound, and whether it is met', () => {
    expect(table.join('\n')).toMatch(/CPU a frame +12\.3 µs +10\.0 µs +×1\.23 +×1\.10 … ×1\.30 +≤ ×1\.00 +NOT MET/);
    expect(table.join('\n')).toMatch(/rows +12,346 \/s .* ≥ 10,000 \/s +met/);
  });

  test('marks what the clock on the wall said', () => {
    expect(table.find((line) => line.includes('first byte'))).toMatch(/first byte \* .*\+1\.23 ms/);
  });
});
