// Breaks a silence that a balancer would take for a dead connection. Its timer is set once, and moved on only when it
// fires: a busy stream pays nothing for it.

export class Keepalive {
  readonly #everyMs: number;
  readonly #say: () => void;
  #timer: NodeJS.Timeout | undefined;
  #quietSince = 0;

  constructor(everyMs: number, say: () => void) {
    this.#everyMs = everyMs;
    this.#say = say;
  }

  start(): void {
    this.heard();
    this.#wait(this.#everyMs);
  }

  /** Something else was said. */
  heard(): void {
    this.#quietSince = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    const left = this.#everyMs - (performance.now() - this.#quietSince);
    if (left > 0) {
      this.#wait(Math.ceil(left));
    } else {
      this.#say();
      this.start();
    }
  }
}
