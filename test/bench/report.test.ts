import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { optionsOf } from './arguments.ts';
import { chartOf } from './chart.ts';
import type { Finding } from './finding.ts';
import { writeResults } from './results.ts';
import type { Figure } from './scenario.ts';
import { type Section, tableOf } from './table.ts';

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
  scenario: { name, summary: 'so many', rounds: 5 },
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

  test('leaves out what grows, and those who are compared with others than the pipe', () => {
    const beside = { ...COST, of: 'pair', to: 'gateway' } as const;
    expect(chartOf([section('growth', finding(COST)), section('cores', finding(beside))])).not.toContain('<rect ');
  });

  test('can be read on white and on dark alike: nothing is behind it, and no ink is either', () => {
    const svg = chartOf([section('paced', finding(COST))]);
    expect(svg).not.toMatch(/(fill|stroke)="(white|black|#fff\w*|#000\w*)"/);
    expect(svg).not.toMatch(/<rect x="0"/);
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
    section(
      'cores',
      finding({ ...COST, label: 'twice', of: 'pair', to: 'gateway' }, { medians: { pair: 30, gateway: 20 } }),
    ),
  ]);

  test('says what was measured, the bound, and whether it is met', () => {
    expect(table.join('\n')).toMatch(/CPU a frame +12\.3 µs +10\.0 µs +×1\.23 +×1\.10 … ×1\.30 +≤ ×1\.00 +NOT MET/);
    expect(table.join('\n')).toMatch(/rows +worker 12,346 \/s .* ≥ 10,000 \/s +met/);
  });

  test('names those who are not what the column says', () => {
    expect(table.join('\n')).toMatch(/twice +pair 30\.0 µs +gateway 20\.0 µs +×1\.23/);
  });

  test('marks what the clock on the wall said', () => {
    expect(table.find((line) => line.includes('first byte'))).toMatch(/first byte \* .*\+1\.23 ms/);
  });
});

test('what is written down has each figure, what single rounds made of it, and whose clock it was', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weir-results-'));
  const places = { results: join(directory, 'kept/results.json'), chart: join(directory, 'kept/bench.svg') };
  const sections = [section('paced', finding(COST, { value: 1.23456 }), finding(LATENCY))];
  await writeResults(places, { options: optionsOf([]), sections, rows: 7 });
  const written = JSON.parse(await readFile(places.results, 'utf8'));
  expect(new Date(written.takenAt).toISOString()).toBe(written.takenAt);
  expect(written.machine).toMatchObject({ cpus: cpus().length, cpu: expect.any(String), node: process.version });
  expect(written).toMatchObject({ rows: 7, seconds: 6, scenarios: [{ name: 'paced', rounds: 5 }] });
  const [cost, latency] = written.scenarios[0].figures;
  expect(cost).toMatchObject({ medians: { pipe: 10 }, value: 1.235, low: 1.1, high: 1.3, atMost: 1, wall: false });
  expect(latency).toMatchObject({ unit: 'ms', wall: true });
  expectWellFormed(await readFile(places.chart, 'utf8'));
  await rm(directory, { recursive: true });
});
