// What many do in one turn of the event loop is bounded for all of them together: each would stay within a bound of its own,
// and everybody else would wait for the sum.

// About a millisecond's scanning.
const BYTES_A_TURN = 131_072;

export class Turns {
  #spent = 0;
  #isNextCalled = false;
  readonly #waiting: (() => void)[] = [];

  /** To be told of all that is scanned. False: this turn is over, and who has more to do waits for one. */
  spend(bytes: number): boolean {
    this.#spent += bytes;
    this.#callNext();
    return this.#spent < BYTES_A_TURN;
  }

  /** One by one, each in a turn of its own. */
  wait(goOn: () => void): void {
    this.#waiting.push(goOn);
    this.#callNext();
  }

  next(): Promise<void> {
    return new Promise((resolve) => this.wait(resolve));
  }

  /** Before those who wait: for what is nearly done, and would otherwise wait as often as it has parts. */
  goFirst(goOn: () => void): void {
    this.#waiting.unshift(goOn);
    this.#callNext();
  }

  #callNext(): void {
    if (this.#isNextCalled) return;
    this.#isNextCalled = true;
    setImmediate(() => this.#next());
  }

  #next(): void {
    this.#isNextCalled = false;
    this.#spent = 0;
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) this.#callNext();
  }
}
