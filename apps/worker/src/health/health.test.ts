import { describe, expect, test } from '@jest/globals';
import { Health } from './health.ts';

const MINUTE = 60_000;

/** A sample every five seconds, from one time to another, of always as many jobs. */
function sample(health: Health, jobs: number, [from, to]: readonly [number, number]): void {
  for (let at = from; at <= to; at += 5000) health.sampled(jobs, at);
}

describe('the health of a worker', () => {
  test('is fine while there is nothing to do, however long that lasts', () => {
    const health = new Health(0);
    sample(health, 0, [0, 60 * MINUTE]);
    expect(health.lackAt(60 * MINUTE)).toBeUndefined();
  });

  test('is not when jobs are there, and none was settled for a minute', () => {
    const health = new Health(0);
    sample(health, 12, [0, MINUTE]);
    expect(health.lackAt(MINUTE - 1)).toBeUndefined();
    expect(health.lackAt(MINUTE)).toBe('no completion was written for 60 s, though the queue holds 12');
  });

  test('is fine as long as something is settled, however many jobs are left', () => {
    const health = new Health(0);
    for (let at = 0; at < 10 * MINUTE; at += 5000) {
      health.sampled(100_000, at);
      health.settled(at);
    }
    expect(health.lackAt(10 * MINUTE)).toBeUndefined();
    sample(health, 100_000, [10 * MINUTE, 11 * MINUTE]);
    expect(health.lackAt(11 * MINUTE)).toContain('the queue holds 100000');
  });

  test('gives the first job after a quiet hour its minute', () => {
    const health = new Health(0);
    health.settled(0);
    sample(health, 0, [0, 60 * MINUTE]);
    health.sampled(1, 60 * MINUTE + 5000);
    expect(health.lackAt(60 * MINUTE + 5000)).toBeUndefined();
  });

  test('is fine again as soon as a job is settled, or none is left', () => {
    const settling = new Health(0);
    sample(settling, 3, [0, 2 * MINUTE]);
    settling.settled(2 * MINUTE);
    expect(settling.lackAt(2 * MINUTE)).toBeUndefined();

    const emptied = new Health(0);
    sample(emptied, 3, [0, 2 * MINUTE]);
    emptied.sampled(0, 2 * MINUTE);
    expect(emptied.lackAt(2 * MINUTE)).toBeUndefined();
  });

  test('is not judged by a queue that has not answered for as long', () => {
    const health = new Health(0);
    sample(health, 3, [0, 2 * MINUTE]);
    expect(health.lackAt(3 * MINUTE - 1)).toBeDefined();
    expect(health.lackAt(3 * MINUTE)).toBeUndefined();
  });

  test('has as much patience as it is told', () => {
    const health = new Health(0, 1000);
    health.sampled(1, 900);
    expect(health.lackAt(1000)).toBe('no completion was written for 1 s, though the queue holds 1');
  });
});
