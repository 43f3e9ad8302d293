import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Silence } from './silence.ts';

let silence: Silence;
beforeEach(() => {
  jest.useFakeTimers();
  silence = new Silence();
});
afterEach(() => void jest.useRealTimers());

const pass = (ms: number) => void jest.advanceTimersByTime(ms);

describe('the silence of a provider', () => {
  test('says for how long a count has stood still', () => {
    expect(silence.since(0)).toBe(0);
    pass(100);
    expect(silence.since(0)).toBe(100);
    pass(100);
    expect(silence.since(1)).toBe(0);
    pass(70);
    expect(silence.since(1)).toBe(70);
  });

  test('laps from the headers on', () => {
    pass(500);
    silence.resume();
    pass(30);
    expect(silence.lap()).toBe(30);
    pass(40);
    expect(silence.lap()).toBe(40);
  });

  test('takes the wait for a client for nobody’s silence', () => {
    silence.resume();
    silence.since(1);
    pass(60_000);
    silence.resume();
    pass(20);
    expect(silence.since(1)).toBe(20);
    expect(silence.lap()).toBe(20);
  });
});
