// The numbers that a script tells, before any API puts them into its own words.
import type { Script } from '../script.ts';

export interface Counts {
  /** With cached and written. */
  readonly input: number;
  readonly cached: number;
  readonly cacheWrite: number;
  /** With reasoning. */
  readonly output: number;
  readonly reasoning: number;
}

/** A script's own numbers, or what follows from the request and from what is sent. */
export function countsOf(script: Script, asked: { promptLength: number; choices?: number }): Counts {
  const { cached, cacheWrite, reasoning } = script;
  const input = script.input ?? Math.max(1, Math.ceil(asked.promptLength / 4));
  const output = script.output ?? script.tokens * (asked.choices ?? 1) + reasoning;
  return { input, cached, cacheWrite, output, reasoning };
}
