// A limited number of places: of streams that may be open, and of upstreams that are read on for clients that have left.

export class Semaphore {
  readonly #max: number;
  #open = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get open(): number {
    return this.#open;
  }

  tryAcquire(): boolean {
    if (this.#open >= this.#max) return false;
    this.#open += 1;
    return true;
  }

  release(): void {
    this.#open -= 1;
  }
}
