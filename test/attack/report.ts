// Findings → the lines of a terminal, a hundred columns wide.
import type { Account } from '../support/hostile/books.ts';
import { type Finding, MIB, owedMs, triedIn } from './findings.ts';

const WIDTHS = [33, 7, 20, 11, 11, 11] as const;
const HEAD = ['attack', 'tried', 'answered', 'turn/late', 'memory MB', 'rows'];
const LEFT = new Set([0, 2]);

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, at) => (LEFT.has(at) ? cell.padEnd(WIDTHS[at] ?? 0) : cell.padStart(WIDTHS[at] ?? 0)))
    .join(' ')
    .trimEnd();

const RULE = '─'.repeat(WIDTHS.reduce((sum, width) => sum + width + 1, -1));

export function tableOf(entries: readonly (readonly [Finding, Account])[]): string[] {
  return [line(HEAD), RULE, ...entries.flatMap(([finding, account]) => rowOf(finding, account)), RULE, ...LEGEND];
}

const LEGEND = [
  "turn: the longest of the gateway's event loop, in ms of its own CPU; late: the ms that others waited",
  'beyond twice what they wait without it; memory: before, and the most; rows: found, of those due',
];

/** As many lines as its answers need. */
function rowOf(finding: Finding, { expected, found }: Account): string[] {
  const { name, memory, death } = finding;
  const [first = '', ...more] = folded(answersOf(finding), WIDTHS[2]);
  const rss = `${megabytes(memory.before.rss)} → ${megabytes(memory.after.peak)}`;
  const delay = death === null ? [finding.turnMs, owedMs(finding.others)].map(Math.round).join('/') : 'DIED';
  return [
    line([name, count(triedIn(finding)), first, delay, rss, `${count(found)}/${count(expected)}`]),
    ...more.map((rest) => line(['', '', rest])),
  ];
}

/** What it says while it goes on. */
export function progressOf(finding: Finding, seconds: number): string {
  const { name, memory, death, others, turnMs } = finding;
  const how =
    death ?? `${count(others.requests)} others, turn ${Math.round(turnMs)} ms, late ${Math.round(owedMs(others))} ms`;
  const at = `${Math.round(seconds)} s`.padStart(6);
  return `${at}  ${name.padEnd(WIDTHS[0])} ${count(triedIn(finding)).padStart(6)} tried  ${megabytes(memory.after.rss).padStart(4)} MB  ${how}`;
}

const answersOf = ({ answers }: Finding): string[] =>
  [...answers].toSorted(([, one], [, other]) => other - one).map(([answer, times]) => `${answer} ×${count(times)}`);

function folded(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 2 <= width) lines[lines.length - 1] = `${last}  ${word}`;
    else lines.push(word);
  }
  return lines;
}

const megabytes = (bytes: number): string => String(Math.round(bytes / MIB));
const count = (number: number): string => number.toLocaleString('en-US');
