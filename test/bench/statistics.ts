// Numbers → their middle, and where they lie.

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** `share` of them are no larger: 0.5 is the median, 0.99 all but the slowest hundredth. NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Chance puts the true median outside of it less often than once in twenty times; of fewer than six, where all of them lie. */
export function intervalOf(values: readonly number[]): Interval {
  const sorted = values.toSorted((one, other) => one - other);
  const at = leftOut(sorted.length);
  return { low: sorted[at] ?? Number.NaN, high: sorted.at(-1 - at) ?? Number.NaN };
}

const CHANCE = 0.05;

/** At either end. Each value lies below the median as often as above it: so many below it, or fewer, are a binomial's tail. */
function leftOut(count: number): number {
  let [term, tail, out] = [0.5 ** count, 0, 0];
  for (let below = 0; below < count / 2; below += 1) {
    tail += term;
    if (2 * tail > CHANCE) break;
    out = below;
    term *= (count - below) / (below + 1);
  }
  return out;
}
