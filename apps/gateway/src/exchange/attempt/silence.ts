// How long a provider has said nothing, while somebody was there to hear it.

export class Silence {
  #count = -1;
  #countedAt = 0;
  #lapFrom = performance.now();

  /** Its headers came: the first lap begins. */
  begin(): void {
    this.#lapFrom = performance.now();
  }

  /** For how long this count has stood still. */
  since(count: number): number {
    const now = performance.now();
    if (count !== this.#count) {
      this.#count = count;
      this.#countedAt = now;
    }
    return now - this.#countedAt;
  }

  /** What passed since the last lap, or since the headers. */
  lap(): number {
    const from = this.#lapFrom;
    this.#lapFrom = performance.now();
    return this.#lapFrom - from;
  }

  /** What passed while a client was waited for is nobody's silence. */
  resume(): void {
    this.#countedAt = performance.now();
    this.#lapFrom = this.#countedAt;
  }
}
