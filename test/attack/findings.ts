// What one attack came to, and what of it must not be.
import type { Memory } from './memory.ts';
import type { Look } from './neighbours/neighbours.ts';

export interface Finding {
  readonly name: string;
  readonly answers: ReadonlyMap<string, number>;
  readonly others: Look;
  /** The gateway's longest turn, of its thread's own CPU: how long others would wait at worst if the machine had room. */
  readonly turnMs: number;
  readonly memory: { readonly before: Memory; readonly after: Memory };
  /** Null while it lives; else what it said last. */
  readonly death: string | null;
}

export interface Bounds {
  readonly maxTurnMs: number;
  readonly maxMemoryMb: number;
}

export const MIB = 1024 ** 2;

/** What others waited beyond twice what the machine makes everybody wait. It has not enough room for all attackers. */
export const owedMs = ({ worstMs, controlMs }: Look): number => Math.max(0, worstMs - 2 * controlMs);

export const triedIn = ({ answers }: Finding): number => [...answers.values()].reduce((sum, count) => sum + count, 0);

export function wrongIn(finding: Finding, { maxTurnMs, maxMemoryMb }: Bounds): string[] {
  const { name, others, turnMs, memory, death } = finding;
  if (death !== null) return [`${name}: the gateway died: ${death}`];
  const [turn, peak] = [Math.round(turnMs), Math.round(memory.after.peak / MIB)];
  const failed = others.failed.length;
  return [
    ...(failed > 0 ? [`${name}: ${failed} requests of others failed, the first: ${others.failed[0]}`] : []),
    ...(turn > maxTurnMs ? [`${name}: a turn of the gateway took ${turn} ms, more than ${maxTurnMs} ms`] : []),
    ...(peak > maxMemoryMb ? [`${name}: the gateway had ${peak} MB, more than ${maxMemoryMb} MB`] : []),
    ...(triedIn(finding) === 0 ? [`${name}: nothing was tried`] : []),
  ];
}
