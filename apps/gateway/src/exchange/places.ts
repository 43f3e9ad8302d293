// How many upstreams this gateway reads on for clients that have left. Beyond the limit a departure ends the request.

export class Drains {
  readonly #max: number;
  #open = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get open(): number {
    return this.#open;
  }

  enter(): boolean {
    if (this.#open >= this.#max) return false;
    this.#open += 1;
    return true;
  }

  leave(): void {
    this.#open -= 1;
  }
}
