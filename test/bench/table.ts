// Findings → the table that is printed.
import type { Finding } from './finding.ts';
import type { Figure, Scenario } from './scenario.ts';
import type { TargetName } from './targets.ts';

export interface Section {
  readonly scenario: Pick<Scenario, 'name' | 'summary' | 'rounds'>;
  readonly findings: readonly Finding[];
}

const HEAD = ['', 'gateway', 'pipe', 'net', 'nginx', 'measured', 'of rounds', 'bound', ''];

const FOOTNOTE = '* by the clock on the wall: true of this machine, and of whatever else it did meanwhile';

export function tableOf(sections: readonly Section[]): string[] {
  const rows = sections.flatMap(({ findings }) => findings.map(rowOf));
  const widths = HEAD.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  const ofSection = ({ scenario, findings }: Section) => [
    '',
    `${scenario.name}: ${scenario.summary}`,
    ...findings.map((finding) => line(rowOf(finding))),
  ];
  return [line(HEAD), ...sections.flatMap(ofSection), '', FOOTNOTE];
}

function rowOf({ figure, medians, value, low, high, met }: Finding): string[] {
  const of = figure.of ?? 'gateway';
  const to = figure.to ?? 'pipe';
  const cell = (name: TargetName, column: TargetName) => {
    const median = medians[name];
    const whose = name === column ? '' : `${name} `;
    return median === undefined ? '' : `${whose}${rounded(median)} ${figure.unit}`;
  };
  return [
    `  ${figure.label}${figure.wall ? ' *' : ''}`,
    cell(of, 'gateway'),
    figure.as === 'own' ? '' : cell(to, 'pipe'),
    ...(['net', 'nginx'] as const).map((name) => (figure.to === undefined ? cell(name, name) : '')),
    shown(figure, value),
    `${shown(figure, low)} … ${shown(figure, high)}`,
    boundOf(figure),
    met === null ? '' : met ? 'met' : 'NOT MET',
  ];
}

function boundOf(figure: Figure): string {
  if (figure.atMost !== undefined) return `≤ ${shown(figure, figure.atMost)}`;
  return figure.atLeast === undefined ? '' : `≥ ${shown(figure, figure.atLeast)}`;
}

function shown({ as, unit }: Figure, value: number): string {
  if (as === 'ratio') return `×${value.toFixed(2)}`;
  return `${as === 'added' && value >= 0 ? '+' : ''}${rounded(value)} ${unit}`;
}

/** Three digits, whole thousands apart. */
function rounded(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
