// Kinds of mischief → what is done in which order, without end: every kind once before any comes again. All that is left
// to chance is drawn here, whatever a step makes of it, so that one seed is one sequence.
import type { Random } from '../../support/random.ts';

export interface Step<Kind extends string = string> {
  readonly kind: Kind;
  /** Before it is done. */
  readonly pauseMs: number;
  /** How long what was hurt stays so. */
  readonly holdMs: number;
  /** Of two that are alike, which. */
  readonly which: number;
}

const PAUSE_MS = [200, 2000] as const;
const HOLD_MS = [300, 3000] as const;

export function* sequenceOf<Kind extends string>(kinds: readonly Kind[], random: Random): Generator<Step<Kind>, never> {
  for (;;) {
    for (const kind of random.shuffled(kinds)) {
      yield { kind, pauseMs: random.between(...PAUSE_MS), holdMs: random.between(...HOLD_MS), which: random.below(2) };
    }
  }
}
