// Tells which gateways are gone: those whose number of beats stood still long enough, as it was seen from here. Only that
// it moves counts, so no two clocks are ever compared. Fed with each look at the register; asks nobody.

export interface Gone {
  readonly gateway: string;
  /** Its number, since then. */
  readonly beats: number;
  /** When its number was last seen to move; undefined: it never did while this one watched. */
  readonly aliveAtMs: number | undefined;
}

interface Limits {
  readonly goneAfterMs: number;
  readonly longestGapMs: number;
}

export class Watch {
  readonly #limits: Limits;
  #pulses: ReadonlyMap<string, Pulse> = new Map();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Stillness is counted over looks that followed each other closely. A register that nobody could read for a while may
   * be one that no gateway could write to: after such a gap, each has the whole time again to show that it lives. So a
   * server that hung for a minute, or a worker that was suspended, makes no gateway look dead. One that was gone before
   * the gap stays so until it beats.
   */
  see(beats: ReadonlyMap<string, number>, atMs: number): Gone[] {
    const unbroken = atMs - this.#lookedAtMs <= this.#limits.longestGapMs;
    const pulses = [...beats].map(([gateway, count]) => {
      const pulse = pulseOf(this.#pulses.get(gateway), { beats: count, atMs, unbroken });
      return [gateway, { ...pulse, isGone: atMs - pulse.stillSinceMs >= this.#limits.goneAfterMs }] as const;
    });
    this.#pulses = new Map(pulses);
    this.#lookedAtMs = atMs;
    return pulses
      .filter(([, { isGone }]) => isGone)
      .map(([gateway, { beats, aliveAtMs }]) => ({ gateway, beats, aliveAtMs }));
  }

  /** A look that failed: the next one begins the count anew, as after a gap. */
  miss(): void {
    this.#lookedAtMs = Number.NEGATIVE_INFINITY;
  }
}

interface Stillness {
  readonly beats: number;
  readonly stillSinceMs: number;
  readonly aliveAtMs: number | undefined;
}

interface Pulse extends Stillness {
  readonly isGone: boolean;
}

interface Look {
  readonly beats: number;
  readonly atMs: number;
  /** It followed closely on the one before. */
  readonly unbroken: boolean;
}

function pulseOf(before: Pulse | undefined, { beats, atMs, unbroken }: Look): Stillness {
  if (before === undefined) return { beats, stillSinceMs: atMs, aliveAtMs: undefined };
  if (before.beats !== beats) return { beats, stillSinceMs: atMs, aliveAtMs: atMs };
  return unbroken || before.isGone ? before : { ...before, stillSinceMs: atMs };
}
