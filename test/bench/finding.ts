// A figure and what was measured → what it came to, between which bounds of chance, and whether it keeps its own bound.
// It is the median of single rounds, whose turns were measured one after the other; low and high say where that median lies.
import type { Figure, Sample, Samples } from './scenario.ts';
import { type Interval, intervalOf, median } from './statistics.ts';
import type { TargetName } from './targets.ts';

export interface Finding extends Interval {
  readonly figure: Figure;
  /** The median of each that was measured. */
  readonly medians: Partial<Readonly<Record<TargetName, number>>>;
  readonly value: number;
  /** Null where there is no bound. */
  readonly met: boolean | null;
}

/** Null where somebody whom it needs was not measured. */
export function findingOf(figure: Figure, samples: Samples): Finding | null {
  const { measure, as, of = 'gateway', to = 'pipe' } = figure;
  const [own, other] = [valuesOf(samples[of], measure), valuesOf(samples[to], measure)];
  if (own.length === 0 || (as !== 'own' && other.length === 0)) return null;
  const single = own.map((one, round) => compared(as, one, other[round] ?? Number.NaN));
  const value = median(single);
  const names = Object.keys(samples) as TargetName[];
  return {
    figure,
    medians: Object.fromEntries(names.map((name) => [name, median(valuesOf(samples[name], measure))])),
    value,
    ...intervalOf(single),
    met: isMet(figure, value),
  };
}

/** By how much it misses its bound: 2 is twice as bad as it may be. 0 where nothing is bound. */
export function excessOf({ figure, value }: Pick<Finding, 'figure' | 'value'>): number {
  if (figure.atMost !== undefined) return value / figure.atMost;
  if (figure.atLeast !== undefined) return figure.atLeast / value;
  return 0;
}

const FAR_OVER = 2;

/**
 * So far that no busy machine explains it: over twice its bound in the best of the rounds, too, or no number at all. Of
 * ratios of CPU alone.
 */
export function isFarOver({ figure, low }: Pick<Finding, 'figure' | 'low'>): boolean {
  const { as, wall = false } = figure;
  return as === 'ratio' && !wall && !(excessOf({ figure, value: low }) <= FAR_OVER);
}

const valuesOf = (samples: readonly Sample[] = [], measure: string): number[] =>
  samples.map((sample) => sample[measure] ?? Number.NaN);

function compared(as: Figure['as'], own: number, other: number): number {
  if (as === 'own') return own;
  return as === 'ratio' ? own / other : own - other;
}

function isMet({ atMost, atLeast }: Figure, value: number): boolean | null {
  if (atMost === undefined && atLeast === undefined) return null;
  return value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY);
}
