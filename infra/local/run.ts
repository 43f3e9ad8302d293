// One run of everything: parts join it one by one, and leave it in the reverse order. It is over when it is asked to
// stop (a signal), or when a part ends by itself: then `stopping` aborts with a Problem. Asked a second time, it kills.
import { endedWell, inWords, type Part } from './child.ts';
import { Problem } from './problem.ts';
import type { Progress } from './progress.ts';
import { onCommandStopped } from './stop-signals.ts';

/** Why a run is over that somebody ended. */
export const ASKED = Symbol('asked to stop');

export interface Run {
  readonly stopping: AbortSignal;
  readonly killing: AbortSignal;
  /** Starts a part, shows it, and keeps it until the end. Throws when the run is over already. */
  join<P extends Part>(name: string, start: () => Promise<P>, detail: (part: P) => string): Promise<P>;
  /** Stops what has joined, the last first. Throws a Problem when a part did not end well. */
  leave(): Promise<void>;
}

export function createRun(progress: Progress): Run {
  const stopping = new AbortController();
  const killing = new AbortController();
  const parts = new Map<string, Part>();
  onCommandStopped({ stop: () => stopping.abort(ASKED), stopAtOnce: () => killing.abort() });

  async function join<P extends Part>(name: string, start: () => Promise<P>, detail: (part: P) => string): Promise<P> {
    stopping.signal.throwIfAborted();
    const part = await progress.step(name, start, detail);
    parts.set(name, part);
    void part.ended.then((ending) => {
      if (stopping.signal.aborted) return;
      parts.delete(name);
      stopping.abort(new Problem([`${name} ${inWords(ending)}, without being asked to.`]));
    });
    return part;
  }

  async function leave(): Promise<void> {
    stopping.abort(ASKED);
    const badly: string[] = [];
    for (const [name, part] of [...parts].reverse()) {
      const stop = () => part.stop();
      const ending = await progress.step(name, stop, (how) => (endedWell(how) ? 'stopped' : inWords(how)));
      if (!endedWell(ending) && !killing.signal.aborted) badly.push(`${name} ${inWords(ending)}.`);
    }
    if (badly.length > 0) throw new Problem(badly);
  }

  return { stopping: stopping.signal, killing: killing.signal, join, leave };
}

/** Rejects when the run is over, with the reason. */
export function untilOver({ stopping }: Run): Promise<never> {
  return new Promise((_, reject) => {
    const over = () => reject(stopping.reason);
    if (stopping.aborted) over();
    else stopping.addEventListener('abort', over, { once: true });
  });
}
