// A process id → the CPU time that the operating system has counted for it, all threads, user and system.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** In milliseconds. */
export function cpuMsOf(pid: number): number {
  if (process.platform === 'linux') return cpuMsIn(readFileSync(`/proc/${pid}/stat`, 'utf8'), ticksPerSecond());
  return psTimeMs(execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }));
}

const UTIME = 11;
const STIME = 12;

/** From the text of /proc/<pid>/stat. The name of the program may hold anything, a parenthesis too. */
export function cpuMsIn(stat: string, hertz: number): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[UTIME]) + Number(fields[STIME])) * 1000) / hertz;
}

/** From what `ps -o time=` says: [[days-]hours:]minutes:seconds. */
export function psTimeMs(time: string): number {
  const [clock = '', days = '0'] = time.trim().split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}

let hertz = 0;

function ticksPerSecond(): number {
  if (hertz === 0) hertz = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return hertz;
}
