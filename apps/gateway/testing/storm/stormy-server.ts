// For tests: a queue with its register as a gateway meets them over one connection, in every weather. Commands are done in
// their order, by and by; what is given up may still be done; what was done may go unanswered, or be forgotten.
import type { openQueueWriter, QueueWriter } from '@weir/infra/queue/writer';
import type { MinuteCount } from '@weir/infra/register';
import { BeatCheck, checkedBeat } from '@weir/infra/register/beat-check';
import type { Completion } from '@weir/ledger/completion';
import type { Opening } from '@weir/ledger/opening';

/** Away: nothing gets there. Hung: everything does, and nothing is answered. Full: every write is refused. */
export type Weather = 'fair' | 'away' | 'hung' | 'full';

export type QueueWriterOptions = Parameters<typeof openQueueWriter>[1];

interface Memory {
  readonly beats: number;
  readonly openings: ReadonlyMap<string, Opening>;
  readonly completions: ReadonlyMap<string, Completion>;
  readonly counts: readonly MinuteCount[];
}

interface Command {
  readonly effect: () => void;
  readonly answer: (error?: Error) => void;
}

export class StormyServer {
  readonly #chance: () => number;
  readonly #commands: Command[] = [];
  #weather: Weather = 'fair';
  #options: QueueWriterOptions | undefined;
  readonly #check = new BeatCheck({ isInOrder: true });
  #beats = 0;
  openings = new Map<string, Opening>();
  completions = new Map<string, Completion>();
  counts: readonly MinuteCount[] = []; // of the one minute that the requests of a storm have

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
    if (!wasAway || weather === 'away') return;
    this.#check.reset();
    this.#options?.onForgotten();
  }

  remember(): Memory {
    const [openings, completions] = [new Map(this.openings), new Map(this.completions)];
    return { beats: this.#beats, openings, completions, counts: this.counts };
  }

  /** It has what it had then: restarted, or another in its place behind the same connection. */
  forget({ beats, openings, completions, counts }: Memory): void {
    this.#beats = beats;
    this.counts = counts;
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

  openQueueWriter(options: QueueWriterOptions): QueueWriter {
    this.#options = options;
    const { timeoutMs, onForgotten } = options;
    const ask = (effect: () => void) => this.#ask(effect, timeoutMs);
    return {
      connected: async () => {},
      add: (completion) => ask(() => void this.completions.set(completion.id, completion)),
      close: async () => this.turn('away'),
      register: {
        open: (opening) => ask(() => void this.openings.set(opening.id, opening)),
        retire: (_gateway, id) => ask(() => void this.openings.delete(id)),
        beat: checkedBeat(() => this.#beat(timeoutMs), { check: this.#check, onForgotten }),
        leave: () => ask(() => {}),
        count: (counts) =>
          ask(() => {
            if (counts.length > 0) this.counts = counts;
          }),
      },
    };
  }

  async #beat(timeoutMs: number): Promise<number> {
    let reached = 0;
    await this.#ask(() => {
      this.#beats += 1;
      reached = this.#beats;
    }, timeoutMs);
    return reached;
  }

  #ask(effect: () => void, timeoutMs: number): Promise<void> {
    if (this.#weather === 'away') return Promise.reject(new Error('not connected'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('not answered')), timeoutMs);
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
