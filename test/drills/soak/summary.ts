// What came of a soak → the lines that say so.
import type { Books } from './balance.ts';

export interface Outcome extends Books {
  readonly seconds: number;
  readonly seed: number;
  /** What was done, one word each time. */
  readonly mischief: readonly string[];
  /** How many requests attackers tried. */
  readonly attacks: number;
  /** What does not balance, or stood in the way. */
  readonly wrong: readonly string[];
}

const SHOWN = 20;

export function summaryOf({
  seconds,
  seed,
  mischief,
  attacks,
  wrong,
  asked,
  visits,
  troubled,
  rows,
}: Outcome): string[] {
  const saw = [...visits.map((visit) => visit.saw), ...troubled.map(() => 'provider in trouble')];
  const statuses = rows.map(({ status, reason }) => [status, reason].filter(Boolean).join(' '));
  return [
    `${visits.length + troubled.length} requests in ${seconds} s, and ${attacks} of attackers; the provider was asked ${asked.size} times`,
    `mischief: ${tally(mischief)}`,
    `clients: ${tally(saw)}`,
    `rows: ${tally(statuses)}`,
    `slowest: ${slowestOf(visits)}`,
    ...wrong.slice(0, SHOWN).map((line) => `WRONG: ${line}`),
    ...(wrong.length > SHOWN ? [`… and ${wrong.length - SHOWN} more`] : []),
    wrong.length === 0 ? 'every request has its row' : `${wrong.length} wrong, with seed ${seed}`,
  ];
}

function tally(words: readonly string[]): string {
  const counts = [...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length] as const);
  return counts.length === 0
    ? 'none'
    : counts
        .toSorted(([, one], [, other]) => other - one)
        .map(([word, count]) => `${word} ${count}`)
        .join(', ');
}

/** By how much longer it took than the provider's own time. */
function slowestOf(visits: Books['visits']): string {
  const late = ({ ms, tokens, everyMs }: Books['visits'][number]) => ms - tokens * everyMs;
  const [slowest] = visits.toSorted((one, other) => late(other) - late(one));
  if (slowest === undefined) return 'none';
  const { id, behaviour, saw, ms } = slowest;
  return `${Math.round(late(slowest))} ms more than the provider took, ${Math.round(ms)} in all (${id}, ${behaviour}, saw ${saw})`;
}
