// A process id → the CPU time that the operating system has counted for it and for the processes that it has started, all
// threads, user and system.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** In milliseconds. */
export function cpuMsOf(pid: number): number {
  if (process.platform !== 'linux') {
    return psMsIn(execFileSync('ps', ['-A', '-o', 'pid=,ppid=,time='], { encoding: 'utf8' }), pid);
  }
  return sumOf([String(pid), ...childrenOf(pid)].map((one) => linuxMsOf(`/proc/${one}`)));
}

/** A kernel need not be built with the file that names them. */
function childrenOf(pid: number): string[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  if (existsSync(list)) return readFileSync(list, 'utf8').split(' ').filter(Boolean);
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  return processes.map((line) => line.trim().split(/\s+/)).flatMap(([one = '', of]) => (of === String(pid) ? one : []));
}

// Ticks are too coarse for one stream: it takes no more than a few of them in a second.
const HAS_NANOSECONDS = existsSync('/proc/self/schedstat');

function linuxMsOf(directory: string): number {
  if (!HAS_NANOSECONDS) return cpuMsIn(readFileSync(`${directory}/stat`, 'utf8'), ticksPerSecond());
  const threads = readdirSync(`${directory}/task`);
  return sumOf(threads.map((thread) => schedMsIn(readFileSync(`${directory}/task/${thread}/schedstat`, 'utf8'))));
}

/** From the text of a thread's schedstat: nanoseconds on a core, nanoseconds of waiting for one, how often. */
export const schedMsIn = (schedstat: string): number => Number(schedstat.split(' ')[0]) / 1e6;

const UTIME = 11;
const STIME = 12;

/** From the text of /proc/<pid>/stat. The name of the program may hold anything, a parenthesis too. */
export function cpuMsIn(stat: string, hertz: number): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[UTIME]) + Number(fields[STIME])) * 1000) / hertz;
}

/** From lines of process, parent and time. */
export function psMsIn(lines: string, pid: number): number {
  const processes = lines.split('\n').map((line) => line.trim().split(/\s+/));
  const own = processes.filter(([one, parent]) => [one, parent].includes(String(pid)));
  return sumOf(own.map(([, , time = '']) => psTimeMs(time)));
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

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
