// When a provider that has said its last is not waited for any more: after half a second of silence. What still comes puts
// that off, up to a limit: nobody may keep the end from the client for ever.

const SILENCE_MS = 500;

export class HangUp {
  readonly #mostMs: number;
  readonly #beganAt = performance.now();
  readonly #timer: NodeJS.Timeout;

  /** The end was said: the first silence begins. */
  constructor(hangUp: () => void, { mostMs }: { mostMs: number }) {
    this.#mostMs = mostMs;
    this.#timer = setTimeout(hangUp, SILENCE_MS);
  }

  /** More was said: the silence begins anew. */
  putOff(): void {
    if (performance.now() - this.#beganAt < this.#mostMs) this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
