import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { LogOutput } from './log-output.ts';

const MEGABYTE = 1024 * 1024;
const [INFO, ERROR] = [30, 50];

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A pipe that takes so much, and whose reader makes room when the test says so. */
class Pipe {
  room: number;
  text = '';
  writes = 0;
  /** Its reader makes a little room, at every so many writes. */
  readsEvery = Number.POSITIVE_INFINITY;

  constructor(room = Number.POSITIVE_INFINITY) {
    this.room = room;
  }

  readonly put = (bytes: Buffer): number => {
    this.writes += 1;
    if (this.writes % this.readsEvery === 0) this.room = 1000;
    if (this.room === 0) throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
    const taken = bytes.subarray(0, this.room);
    this.room -= taken.length;
    this.text += taken;
    return taken.length;
  };
}

function open(pipe: Pipe) {
  const dropped: number[] = [];
  const output = new LogOutput(pipe.put, (lines) => dropped.push(lines));
  return { output, dropped };
}

const line = (at: number, size = 100) => `${String(at).padEnd(size - 1, '.')}\n`;
const lines = (count: number) => Array.from({ length: count }, (_, at) => line(at));

function writeAll(output: LogOutput, all: readonly string[], level = INFO): void {
  for (const one of all) {
    output.lastLevel = level;
    output.write(one);
  }
}

test('a line is with the kernel before the call returns, and no timer is left', () => {
  const pipe = new Pipe();
  const { output } = open(pipe);
  writeAll(output, lines(3));
  expect(pipe.text).toBe(lines(3).join(''));
  expect([pipe.writes, jest.getTimerCount()]).toEqual([3, 0]);
});

describe('where the reader is behind', () => {
  test('lines wait, and come in their order, each byte once', () => {
    const pipe = new Pipe(250); // two lines and a half
    const { output, dropped } = open(pipe);
    writeAll(output, lines(200));
    expect(pipe.text).toBe(lines(200).join('').slice(0, 250));
    while (jest.getTimerCount() > 0) {
      pipe.room = 130;
      jest.advanceTimersToNextTimer();
    }
    expect(pipe.text).toBe(lines(200).join(''));
    pipe.room = 1000;
    output.write(line(200));
    expect(pipe.text).toBe(lines(201).join(''));
    expect(dropped).toEqual([]);
  });

  test('no line overtakes another while there is room again', () => {
    const pipe = new Pipe(0);
    const { output } = open(pipe);
    output.write(line(0));
    pipe.room = 1000;
    output.write(line(1));
    expect(pipe.text).toBe('');
    jest.advanceTimersToNextTimer();
    expect(pipe.text).toBe(lines(2).join(''));
  });

  test('it is asked ten times a second at last, not all the time', () => {
    const pipe = new Pipe(0);
    const { output } = open(pipe);
    output.write(line(0));
    jest.advanceTimersByTime(1000);
    const before = pipe.writes;
    jest.advanceTimersByTime(10_000);
    expect(pipe.writes - before).toBe(100);
  });

  test('what has no room is dropped, the newest first, and counted once it flows again', () => {
    const pipe = new Pipe(0);
    const { output, dropped } = open(pipe);
    const all = Array.from({ length: 5000 }, (_, at) => line(at, 1024)); // 4 MiB are 4096 of them
    writeAll(output, all);
    expect(dropped).toEqual([]);
    pipe.room = Number.POSITIVE_INFINITY;
    jest.advanceTimersByTime(100);
    expect(pipe.text).toBe(all.slice(0, 4096).join(''));
    expect(dropped).toEqual([5000 - 4096]);
    writeAll(output, all.slice(0, 1));
    expect(dropped).toHaveLength(1);
  });

  test('an error still has room where nothing else has, up to a bound of its own', () => {
    const pipe = new Pipe(0);
    const { output, dropped } = open(pipe);
    writeAll(output, Array(6).fill(line(0, MEGABYTE)));
    writeAll(output, Array(100).fill(line(1, MEGABYTE)), ERROR);
    pipe.room = Number.POSITIVE_INFINITY;
    jest.advanceTimersByTime(100);
    expect(pipe.text.length).toBe(64 * MEGABYTE);
    expect(dropped).toEqual([2 + 40]);
  });
});

describe('at the end of the process', () => {
  test('what waits is written, as long as somebody reads it', () => {
    const pipe = new Pipe(0);
    const { output } = open(pipe);
    writeAll(output, lines(100));
    pipe.readsEvery = 3;
    output.flushSync();
    expect(pipe.text).toBe(lines(100).join(''));
  });

  test('a reader that reads nothing is waited for for half a second', () => {
    const { output } = open(new Pipe(0));
    writeAll(output, lines(100));
    jest.useRealTimers();
    const begun = performance.now();
    output.flushSync();
    const tookMs = performance.now() - begun;
    expect(tookMs).toBeGreaterThan(400);
    expect(tookMs).toBeLessThan(10_000);
  });
});
