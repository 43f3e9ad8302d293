// Sections → what is written down: the figures for programs to read, and the chart.
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from './arguments.ts';
import { chartOf } from './chart.ts';
import type { Finding } from './finding.ts';
import type { Section } from './table.ts';

interface Taken {
  readonly options: BenchOptions;
  readonly sections: readonly Section[];
  /** Requests, each of which has its row. */
  readonly rows: number;
}

interface Places {
  readonly results: string;
  readonly chart: string;
}

/** Whole runs go where the repository keeps them; others must not replace those, and go where nothing is kept. */
export function placesFor({ whole }: Pick<BenchOptions, 'whole'>, root: string): Places {
  if (!whole) return { results: join(root, '.weir/bench/results.json'), chart: join(root, '.weir/bench/bench.svg') };
  return { results: join(root, 'test/bench/results.json'), chart: join(root, 'docs/bench.svg') };
}

export async function writeResults({ results, chart }: Places, { options, sections, rows }: Taken): Promise<void> {
  const { seconds } = options;
  const scenarios = sections.map(({ scenario: { name, summary, rounds }, findings }) => ({
    name,
    summary,
    rounds: options.rounds ?? rounds,
    figures: findings.map(figureOf),
  }));
  const written = { takenAt: new Date().toISOString(), machine: machine(), seconds, rows, scenarios };
  await mkdir(join(results, '..'), { recursive: true });
  await writeFile(results, `${JSON.stringify(written, null, 2)}\n`);
  await writeFile(chart, chartOf(sections));
}

function figureOf({ figure, medians, value, low, high, met }: Finding) {
  const { label, unit, as, atMost, atLeast, wall = false } = figure;
  const bound = { ...(atMost !== undefined && { atMost }), ...(atLeast !== undefined && { atLeast }) };
  const of = Object.fromEntries(Object.entries(medians).map(([name, median]) => [name, digits(median)]));
  return {
    label,
    unit,
    as,
    wall,
    medians: of,
    value: digits(value),
    low: digits(low),
    high: digits(high),
    ...bound,
    met,
  };
}

const DIGITS = 4;
const digits = (value: number) => Number(value.toPrecision(DIGITS));

function machine() {
  const [{ model = '' } = {}] = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return {
    system: `${platform()} ${arch()}`,
    cpu: model.trim(),
    cpus: cpus().length,
    gibibytes,
    node: process.version,
  };
}
