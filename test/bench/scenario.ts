// What a scenario is: who takes turns in it, what one turn measures, and the figures that are made of it, with their
// bounds beside them.
import type { Place } from './place.ts';
import type { TargetName } from './targets.ts';

/** What one turn measured, by name. */
export type Sample = Readonly<Record<string, number>>;

/** All turns of each target, in the order of the rounds. */
export type Samples = Partial<Readonly<Record<TargetName, readonly Sample[]>>>;

export interface Figure {
  readonly label: string;
  /** In the samples. */
  readonly measure: string;
  readonly unit: string;
  /** A ratio to somebody, what is added to somebody's, or a value of its own. */
  readonly as: 'ratio' | 'added' | 'own';
  /** The gateway's, unless it says so. */
  readonly of?: TargetName;
  /** The pipe's, unless it says so. */
  readonly to?: TargetName;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** By the clock on the wall: true of this machine alone. */
  readonly wall?: boolean;
}

export interface Turn {
  readonly seconds: number;
  /** What is measured now is thrown away: it is for the compiler. */
  readonly warming: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** How many of its turns a whole run takes. */
  readonly rounds: number;
  readonly targets: readonly TargetName[];
  readonly figures: readonly Figure[];
  measure(place: Place, target: TargetName, turn: Turn): Promise<Sample>;
}
