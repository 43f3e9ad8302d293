// The same thing done again and again, by so many at a time, until it is time to end → how often it ended how.
import { setTimeout as pause } from 'node:timers/promises';
import type { Tried } from './attack.ts';
import type { Hit } from './weapons/shot.ts';

export interface Lanes {
  readonly lanes: number;
  /** Between two of one lane. */
  readonly everyMs?: number;
}

/** `once` says how it ended. */
export async function inLanes(
  { lanes, everyMs = 5 }: Lanes,
  until: AbortSignal,
  once: () => Promise<string>,
): Promise<Tried> {
  const answers = new Map<string, number>();
  async function walk(): Promise<void> {
    while (!until.aborted) {
      const answer = await once();
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      await pause(everyMs);
    }
  }
  await Promise.all(Array.from({ length: lanes }, walk));
  return { answers };
}

export function answerOf({ status, ended }: Hit): string {
  if (status !== null) return String(status);
  return ended === 'left' ? 'no answer' : ended;
}
