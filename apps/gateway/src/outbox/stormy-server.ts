// For tests: a queue with its register as a gateway meets them over one connection, in every weather. Commands are done in
// their order, by and by; what is given up may still be done; what was done may go unanswered, or be forgotten.
import type { Line, openLine } from '@weir/infra/queue/line';
import type { Completion } from '@weir/ledger/completion';
import type { Opening } from '@weir/ledger/opening';

/** Away: nothing gets there. Hung: everything does, and nothing is answered. Full: every write is refused. */
export type Weather = 'fair' | 'away' | 'hung' | 'full';

export type LineOptions = Parameters<typeof openLine>[1];

interface Memory {
  readonly openings: ReadonlyMap<string, Opening>;
  readonly completions: ReadonlyMap<string, Completion>;
}

interface Command {
  readonly effect: () => void;
  readonly answer: (error?: Error) => void;
}

export class StormyServer {
  readonly #chance: () => number;
  readonly #commands: Command[] = [];
  #weather: Weather = 'fair';
  #options: LineOptions | undefined;
  openings = new Map<string, Opening>();
  completions = new Map<string, Completion>();

  constructor(chance: () => number) {
    this.#chance = chance;
  }

  get weather(): Weather {
    return this.#weather;
  }

  turn(weather: Weather): void {
    const wasAway = this.#weather === 'away';
    this.#weather = weather;
    if (weather === 'away') this.#lose();
    if (wasAway && weather !== 'away') this.#options?.onForgotten();
  }

  remember(): Memory {
    return { openings: new Map(this.openings), completions: new Map(this.completions) };
  }

  /** It is restarted, and has what it had then. */
  forget({ openings, completions }: Memory): void {
    this.openings = new Map(openings);
    this.completions = new Map(completions);
  }

  /** Does some of what it was asked to. */
  tick(): void {
    if (this.#weather === 'hung' || this.#weather === 'away') return;
    const count = Math.ceil(this.#chance() * 100);
    for (const { effect, answer } of this.#commands.splice(0, count)) {
      if (this.#weather === 'full') answer(new Error('OOM command not allowed'));
      else {
        effect();
        answer();
      }
    }
  }

  openLine(options: LineOptions): Line {
    this.#options = options;
    const ask = (effect: () => void) => this.#ask(effect, options.patienceMs);
    return {
      connected: async () => {},
      add: (completion) => ask(() => void this.completions.set(completion.id, completion)),
      close: async () => this.turn('away'),
      register: {
        open: (opening) => ask(() => void this.openings.set(opening.id, opening)),
        retire: (_gateway, id) => ask(() => void this.openings.delete(id)),
        beat: () => ask(() => {}),
        leave: () => ask(() => {}),
        gateways: () => Promise.reject(new Error('nobody asks for the gateways here')),
        openingsOf: () => Promise.reject(new Error('nobody asks for openings here')),
        close: async () => {},
      },
    };
  }

  #ask(effect: () => void, patienceMs: number): Promise<void> {
    if (this.#weather === 'away') return Promise.reject(new Error('not connected'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('not answered')), patienceMs);
      const answer = (error?: Error) => {
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(error);
      };
      this.#commands.push({ effect, answer });
    });
  }

  /** The connection breaks: of what is on its way, the first may have arrived; nothing of it is answered. */
  #lose(): void {
    const arrived = Math.floor(this.#chance() * this.#commands.length);
    for (const { effect } of this.#commands.splice(0).slice(0, arrived)) effect();
  }
}
