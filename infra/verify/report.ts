// A verdict → what the command prints: a table of places, the ids that are missing or still on their way, and one last
// line that says it all.
import { inWords } from '../counts/minute.ts';
import type { Shortage } from '../counts/shortage.ts';
import { type Fate, LOST, type Place } from './places.ts';
import type { Snapshot } from './snapshot.ts';
import type { Verdict } from './verdict.ts';

export interface Report {
  readonly verdict: Verdict;
  readonly look: Snapshot;
  /** What was on its way at first and still is, now that the time to wait is over. */
  readonly late: readonly string[];
}

const SHOWN = 50;
const COLUMNS: readonly Fate[] = ['settled', 'open', 'on its way', 'missing'];

export function linesOf({ verdict, look, late }: Report): string[] {
  const missing = [...verdict.missing].map(([id, why]) => `${id}  ${why}`);
  return [
    ...tableOf(verdict.places),
    rowsLine(look),
    ...listOf('missing', missing),
    ...listOf('counted by their gateway, and nowhere to be found', verdict.shortages.map(shortageLine)),
    ...listOf('still on the way', late),
    `verify: ${sumOf(verdict, late.length)}`,
  ];
}

export function jsonOf({ verdict, look, late }: Report): object {
  return {
    places: verdict.places.map((place) => ({ place: place.name, ...countsOf(place) })),
    rows: look.total.rows,
    rowsEstimated: look.total.estimated,
    gatewayLost: lostIn(look),
    missing: [...verdict.missing].map(([id, why]) => ({ id, why })),
    counted: verdict.shortages.map((one) => ({ ...one, minute: inWords(one.minute) })),
    onTheWay: [...verdict.onTheWay],
    late,
  };
}

/** As in "2 missing, 3 on their way". */
export function sumOf({ missing, shortages, onTheWay }: Omit<Verdict, 'places' | 'open'>, late = 0): string {
  const count = missing.size + shortages.reduce((sum, shortage) => sum + shortage.missing, 0);
  const first = count === 0 ? 'nothing is missing' : `${count} missing`;
  if (late > 0) return `${first}, ${late} still on the way`;
  return onTheWay.size === 0 ? first : `${first}, ${onTheWay.size} on the way`;
}

const shortageLine = ({ gateway, minute, missing }: Shortage): string =>
  `${inWords(minute)}  ${gateway}: ${missing} without a row`;

function tableOf(places: readonly Place[]): string[] {
  const optional = ['named in the file', 'on its way before'];
  const shown = places.filter(({ name, fates }) => fates.size > 0 || !optional.includes(name));
  const rows = shown.map((place) => [place.name, ...Object.values(countsOf(place)).map(String)]);
  return [['', ...COLUMNS], ...rows].map(([name = '', ...cells]) =>
    [name.padEnd(33), ...cells.map((cell) => cell.padStart(10))].join('  ').trimEnd(),
  );
}

const countsOf = ({ fates }: Place): Record<string, number> =>
  Object.fromEntries(COLUMNS.map((fate) => [fate, [...fates.values()].filter((its) => its === fate).length]));

function rowsLine({ total, rows }: Snapshot): string {
  const count = `${total.estimated ? 'about ' : ''}${total.rows}`;
  return `rows: ${count}; of the ${rows.size} looked at, ${lostIn({ rows })} are ${LOST}`;
}

const lostIn = ({ rows }: Pick<Snapshot, 'rows'>): number =>
  [...rows.values()].filter((reason) => reason === LOST).length;

function listOf(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - SHOWN;
  const more = rest > 0 ? [`  … and ${rest} more`] : [];
  return ['', `${title}:`, ...lines.slice(0, SHOWN).map((line) => `  ${line}`), ...more, ''];
}
