// Packed bodies are unpacked a few at a time, when they have come whole: a decoder may want a window of 16 MiB, however few
// bytes it was sent, and a caller could make as many of them wait for its next byte as it has connections.

const MOST_AT_ONCE = 4;

export interface Place {
  /** False where it was left before its turn came. */
  readonly entered: Promise<boolean>;
  /** Has no effect the second time. */
  leave(): void;
}

interface Waiting {
  readonly bytes: number;
  enter(): void;
}

/** The smallest goes first, so that a few large ones do not hold up everybody. */
export class Unpackers {
  #busy = 0;
  readonly #waiting: Waiting[] = [];

  enter(bytes: number): Place {
    const { promise: entered, resolve } = Promise.withResolvers<boolean>();
    let state: 'waiting' | 'inside' | 'left' = 'waiting';
    const waiting = {
      bytes,
      enter: () => {
        state = 'inside';
        resolve(true);
      },
    };
    this.#waiting.push(waiting);
    this.#letIn();
    return {
      entered,
      leave: () => {
        if (state === 'waiting') this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        if (state === 'inside') this.#busy -= 1;
        state = 'left';
        resolve(false);
        this.#letIn();
      },
    };
  }

  #letIn(): void {
    while (this.#busy < MOST_AT_ONCE && this.#waiting.length > 0) {
      const smallest = this.#waiting.reduce((least, one) => (one.bytes < least.bytes ? one : least));
      this.#waiting.splice(this.#waiting.indexOf(smallest), 1);
      this.#busy += 1;
      smallest.enter();
    }
  }
}
