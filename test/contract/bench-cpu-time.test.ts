import { expect, test } from '@jest/globals';
import { cpuMsIn, cpuMsOf, psTimeMs } from '../bench/cpu-time.ts';

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

test('a process that works is counted more', () => {
  const before = cpuMsOf(process.pid);
  const until = process.cpuUsage().user + 100_000;
  while (process.cpuUsage().user < until);
  expect(cpuMsOf(process.pid)).toBeGreaterThan(before);
});
