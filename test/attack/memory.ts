// A process id → how much memory the system counts for it, and how much it was at most. Linux only.
import { readFileSync, writeFileSync } from 'node:fs';

export const CAN_SEE_MEMORY = process.platform === 'linux';

/** In bytes. */
export interface Memory {
  readonly rss: number;
  readonly peak: number;
}

/** Null where it is dead. */
export function memoryOf(pid: number): Memory | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const memory = { rss: kibibytesIn(status, 'VmRSS') * 1024, peak: kibibytesIn(status, 'VmHWM') * 1024 };
    return Number.isNaN(memory.rss) ? null : memory; // that of a process nobody has waited for
  } catch {
    return null;
  }
}

/** From now on its peak is what it has now, or will have. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

const kibibytesIn = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN);
