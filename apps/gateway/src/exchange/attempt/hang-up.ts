// When a provider that has said its last is not waited for any more. Behind a terminal frame: after half a second in all.
// Behind an error frame, after half a second of silence: what the failed answer cost may follow in pieces. What still comes
// puts that off, up to a limit: nobody may keep the end from the client for long.

const SILENCE_MS = 500;
// Long enough for a last word in pieces.
const MOST_MS = 15_000;

interface Heard {
  /** How many there were so far. */
  readonly events: number;
  /** One more has begun. */
  readonly isMidFrame: boolean;
  /** The terminal frame was among them. */
  readonly isFinished: boolean;
}

export class HangUp {
  readonly #mostMs: number;
  readonly #beganAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #events = 0;
  #isFinished = false;

  /** The end was said: the first silence begins. */
  constructor(hangUp: () => void, { mostMs }: { mostMs: number }) {
    this.#mostMs = Math.min(mostMs, MOST_MS);
    this.#timer = setTimeout(hangUp, SILENCE_MS);
  }

  /** Something came. Blank lines and comments alone say nothing; all else begins the silence anew, up to the terminal frame. */
  hear({ events, isMidFrame, isFinished }: Heard): void {
    const saysMore = isMidFrame || events > this.#events;
    const mayGoOn = !this.#isFinished && performance.now() - this.#beganAt < this.#mostMs;
    if (saysMore && mayGoOn) this.#timer.refresh();
    this.#events = events;
    this.#isFinished = isFinished;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
