// The times of one request, in whole milliseconds from just before upstream is asked.

export class Stopwatch {
  #origin = performance.now();
  #headersMs: number | null = null;
  #ttftMs: number | null = null;
  #clientMs: number | null = null;
  #durationMs: number | null = null;
  #finishedTick: number | null = null;
  #lastCount = -1;
  #lastMs = 0;
  #lapFrom = 0;

  start(): void {
    this.#origin = performance.now();
  }

  headers(): void {
    this.#headersMs ??= this.#elapsed();
    this.#lapFrom = performance.now();
  }

  content(): void {
    this.#ttftMs ??= this.#elapsed();
  }

  clientDone(): void {
    this.#clientMs ??= this.#elapsed();
  }

  upstreamDone(): void {
    this.#durationMs ??= this.#elapsed();
    this.#finishedTick ??= performance.now();
  }

  /** For how long this count has stood still. */
  sinceLast(count: number): number {
    if (count !== this.#lastCount) {
      this.#lastCount = count;
      this.#lastMs = this.#elapsed();
    }
    return this.#elapsed() - this.#lastMs;
  }

  /** What passed since the last lap, or since upstream's headers. */
  lap(): number {
    const from = this.#lapFrom;
    this.#lapFrom = performance.now();
    return this.#lapFrom - from;
  }

  /** What passed while a client was waited for is nobody's silence. */
  resume(): void {
    this.#lastMs = this.#elapsed();
    this.#lapFrom = performance.now();
  }

  read() {
    return {
      headersMs: this.#headersMs,
      ttftMs: this.#ttftMs,
      clientMs: this.#clientMs,
      durationMs: this.#durationMs ?? this.#elapsed(),
      /** By performance.now(). */
      finishedTick: this.#finishedTick ?? performance.now(),
    };
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#origin);
  }
}
