// How long a provider has said nothing, while somebody was there to hear it.

export class Silence {
  #count = 0;
  #countedAt = performance.now();
  #lapFrom = this.#countedAt;

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

  /** It begins anew: the headers came, or a client was waited for, which is nobody's silence. */
  resume(): void {
    this.#countedAt = performance.now();
    this.#lapFrom = this.#countedAt;
  }
}
