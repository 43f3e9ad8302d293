// The numbers that a gateway's heartbeats reach → whether the register still knows what it was told. A number that does
// not follow on the last one was counted from an older state, or anew.

interface Answered {
  readonly sent: number;
  readonly reached: number;
}

export class BeatCheck {
  readonly #isInOrder: boolean;
  #sent = 0;
  #last: Answered | undefined;

  /**
   * In order: whoever is answered knows that all earlier beats were counted, answered or not. Else a beat that was given
   * up may have been counted or not, and any number up to all of them is right.
   */
  constructor({ isInOrder }: { readonly isInOrder: boolean }) {
    this.#isInOrder = isInOrder;
  }

  /** A beat goes out. What it reaches is asked about once it is answered. */
  send(): (reached: number) => boolean {
    this.#sent += 1;
    const sent = this.#sent;
    return (reached) => {
      const before = this.#last;
      this.#last = { sent, reached };
      return before === undefined || this.#follows(before, { sent, reached });
    };
  }

  /** The next number is the first one. */
  reset(): void {
    this.#last = undefined;
  }

  #follows(before: Answered, now: Answered): boolean {
    const [beats, growth] = [now.sent - before.sent, now.reached - before.reached];
    return this.#isInOrder ? growth === beats : growth > 0 && growth <= beats;
  }
}

interface Checked {
  readonly check: BeatCheck;
  readonly onForgotten: () => void;
}

/** The same beat, and it is told before the answer is handed on where that answer does not follow. */
export function checkedBeat(
  beat: (gateway: string) => Promise<number>,
  { check, onForgotten }: Checked,
): (gateway: string) => Promise<number> {
  return async (gateway) => {
    const follows = check.send();
    const reached = await beat(gateway);
    if (!follows(reached)) onForgotten();
    return reached;
  };
}
