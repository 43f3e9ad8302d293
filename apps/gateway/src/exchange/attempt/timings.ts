// The times of one row, in whole milliseconds from just before upstream is asked.

export class Timings {
  #origin = performance.now();
  #headersMs: number | null = null;
  #ttftMs: number | null = null;
  #clientMs: number | null = null;
  #durationMs: number | null = null;
  #finishedTick: number | null = null;

  start(): void {
    this.#origin = performance.now();
  }

  headers(): void {
    this.#headersMs ??= this.#elapsed();
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
