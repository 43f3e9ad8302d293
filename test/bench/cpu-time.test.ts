import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { cpuMsIn, cpuMsOf, psMsIn, psTimeMs, schedMsIn } from './cpu-time.ts';

const stat = (name: string, utime: number, stime: number) =>
  `4242 (${name}) S 1 4242 4242 0 -1 4194560 100 0 0 0 ${utime} ${stime} 7 8 20 0 11 0 12345 1000000 5000 18446744073709551615`;

test('user and system time are added, and ticks become milliseconds', () => {
  expect(cpuMsIn(stat('node', 150, 50), 100)).toBe(2000);
  expect(cpuMsIn(stat('node', 150, 50), 1000)).toBe(200);
});

test.each(['a b', '(', ') S 1 2 (', 'node) R 9 9 9 9'])('a program by the name of "%s" changes nothing', (name) => {
  expect(cpuMsIn(stat(name, 1, 2), 100)).toBe(30);
});

test.each([
  ['  0:00.05', 50],
  ['1:02.50', 62_500],
  ['01:00:01', 3_601_000],
  ['2-00:00:01\n', 172_801_000],
])('what ps says, %j, is %i ms', (said, ms) => {
  expect(psTimeMs(said)).toBe(ms);
});

test('what the scheduler says of a thread is in nanoseconds, and waiting is not in it', () => {
  expect(schedMsIn('1500000 999000000 42\n')).toBe(1.5);
});

test('of many processes, a process and its children are counted, and nobody else', () => {
  const said = '    1     0 00:10:00\n  421     1 00:00:02\n  422   421 00:00:03\n 4210     1 00:00:40\n';
  expect(psMsIn(said, 421)).toBe(5000);
});

test('a process that works is counted more', () => {
  const before = cpuMsOf(process.pid);
  const until = process.cpuUsage().user + 100_000;
  while (process.cpuUsage().user < until);
  expect(cpuMsOf(process.pid)).toBeGreaterThan(before);
});

test('what a child works is counted too', async () => {
  const before = cpuMsOf(process.pid);
  const working = 'while (process.cpuUsage().user < 300_000); process.send("worked"); setInterval(() => {}, 1000);';
  const child = spawn(process.execPath, ['-e', working], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  await once(child, 'message');
  expect(cpuMsOf(process.pid) - before).toBeGreaterThan(250);
  child.kill();
  await ended;
});
