// Sections → a chart: what the gateway takes of the machine beside the bare pipe, with bounds. An SVG without background,
// in colours that can be read on light and on dark.
import { excessOf, type Finding } from './finding.ts';
import type { Section } from './table.ts';

const WIDTH = 760;
const LEFT = 210;
const RIGHT = 96;
const TOP = 56;
const ROW = 40;
const BAR = 16;
const BOTTOM = 44;

// As far from white as from GitHub's dark.
const INK = '#737b84';
const MET = '#2f81f7';
const MISSED = '#e5534b';
const BOUND = '#d29922';

interface Bar {
  readonly label: string;
  readonly finding: Finding;
}

type Scale = (ratio: number) => number;

export function chartOf(sections: readonly Section[]): string {
  const bars = sections
    .filter(isDrawn)
    .flatMap(({ scenario, findings }) =>
      findings.filter(isCost).map((finding) => ({ label: `${scenario.name}: ${finding.figure.label}`, finding })),
    );
  const most = Math.max(1.5, ...bars.map(({ finding }) => Math.max(finding.high, finding.figure.atMost ?? 0)));
  const scale: Scale = (ratio) => LEFT + (ratio / most) * (WIDTH - LEFT - RIGHT);
  const height = TOP + bars.length * ROW + BOTTOM;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="13" fill="${INK}" role="img">`,
    '<title>What the gateway takes, as a multiple of a bare Node pipe</title>',
    '<text x="0" y="18" font-size="15" font-weight="600">What the gateway takes, as a multiple of a bare Node pipe</text>',
    '<text x="0" y="38">metered and durable; less is better</text>',
    line(scale(1), { from: TOP - 8, to: height - BOTTOM + 4, stroke: INK, dashed: true }),
    `<text x="${at(scale(1))}" y="${height - BOTTOM + 20}" text-anchor="middle">1 = the pipe</text>`,
    ...bars.flatMap((bar, row) => barOf(bar, TOP + row * ROW, scale)),
    ...legend(height - 6),
    '</svg>\n',
  ].join('\n');
}

// Without bounds, and one line of it is `paced` once more.
const isDrawn = ({ scenario }: Section) => scenario.name !== 'growth';

const isCost = ({ figure }: Finding) =>
  figure.as === 'ratio' && !figure.wall && figure.of === undefined && figure.to === undefined;

function barOf({ label, finding }: Bar, top: number, scale: Scale): string[] {
  const { value, low, high, figure } = finding;
  const middle = top + ROW / 2;
  const below = middle + BAR / 2 + 4;
  const colour = excessOf(finding) > 1 ? MISSED : MET;
  const width = at(scale(value) - LEFT);
  const bound = figure.atMost;
  return [
    `<text x="${LEFT - 12}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`,
    `<rect x="${LEFT}" y="${middle - BAR / 2}" width="${width}" height="${BAR}" rx="3" fill="${colour}"/>`,
    `<path d="M${at(scale(low))} ${below}H${at(scale(high))}" stroke="${INK}" stroke-width="2"/>`,
    ...(bound === undefined ? [] : [line(scale(bound), { from: middle - BAR, to: middle + BAR, stroke: BOUND })]),
    `<text x="${WIDTH - RIGHT + 12}" y="${middle + 4}" font-weight="600">×${value.toFixed(2)}</text>`,
  ];
}

function legend(y: number): string[] {
  return [
    line(LEFT + 4, { from: y - 12, to: y + 2, stroke: BOUND }),
    `<text x="${LEFT + 14}" y="${y}">bound</text>`,
    `<path d="M${LEFT + 74} ${y - 4}h16" stroke="${INK}" stroke-width="2"/>`,
    `<text x="${LEFT + 98}" y="${y}">of rounds</text>`,
    `<path d="M${LEFT + 200} ${y - 4}h16" stroke="${MISSED}" stroke-width="12"/>`,
    `<text x="${LEFT + 224}" y="${y}">over its bound</text>`,
  ];
}

interface Upright {
  readonly from: number;
  readonly to: number;
  readonly stroke: string;
  readonly dashed?: boolean;
}

function line(x: number, { from, to, stroke, dashed = false }: Upright): string {
  const dashes = dashed ? ' stroke-dasharray="4 4"' : '';
  return `<path d="M${at(x)} ${from}V${to}" stroke="${stroke}" stroke-width="${dashed ? 1 : 3}"${dashes}/>`;
}

const at = (pixels: number) => Number(pixels.toFixed(1));

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
