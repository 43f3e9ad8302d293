// So many requests, however long they take: for a program whose code is not compiled yet. In the load's own process.
import { Caller } from './caller.ts';

export interface Rehearsal {
  readonly url: string;
  readonly requests: number;
}

const CLIENTS = 50;
const WORD = { kind: 'once', frames: 50 } as const;
const LONGEST_MS = 60_000;

/** How many there were: on a machine that is too busy, fewer. */
export async function rehearse({ url, requests }: Rehearsal): Promise<{ requests: number }> {
  const until = performance.now() + LONGEST_MS;
  let begun = 0;
  const visit = async () => {
    const caller = await Caller.connect(url);
    while (begun < requests && performance.now() < until) {
      begun += 1;
      await caller.ask(WORD);
    }
    caller.leave();
  };
  await Promise.all(Array.from({ length: CLIENTS }, visit));
  return { requests: begun };
}
