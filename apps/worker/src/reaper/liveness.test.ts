import { describe, expect, test } from '@jest/globals';
import { Watch } from './liveness.ts';

describe('a watch over gateways', () => {
  const open = () => new Watch({ goneAfterMs: 15_000, longestGapMs: 5000 });

  /** A look each second, from one second to another. */
  const look = (watch: Watch, [from, to]: readonly [number, number], countsAt: (second: number) => object) => {
    let gone: ReturnType<Watch['see']> = [];
    for (let second = from; second <= to; second += 1) {
      gone = watch.see(new Map(Object.entries(countsAt(second))), second * 1000);
    }
    return gone;
  };

  test('takes one for gone whose number stood still all the time, and tells where, and when it moved last', () => {
    const watch = open();
    expect(look(watch, [0, 17], (second) => ({ a: Math.min(second, 3), b: second }))).toEqual([]);
    expect(look(watch, [18, 18], () => ({ a: 3, b: 18 }))).toEqual([{ gateway: 'a', beats: 3, aliveAtMs: 3000 }]);
  });

  test('does not say when one was alive that never moved while it watched', () => {
    const watch = open();
    expect(look(watch, [0, 14], () => ({ a: 7 }))).toEqual([]);
    expect(look(watch, [15, 15], () => ({ a: 7 }))).toEqual([{ gateway: 'a', beats: 7, aliveAtMs: undefined }]);
  });

  test('asks that the number moves, not that it grows', () => {
    const watch = open();
    look(watch, [0, 10], () => ({ a: 7 }));
    expect(look(watch, [11, 25], () => ({ a: 1 }))).toEqual([]);
    expect(look(watch, [26, 26], () => ({ a: 1 }))).toEqual([{ gateway: 'a', beats: 1, aliveAtMs: 11_000 }]);
  });

  test('takes one for alive again that moves again', () => {
    const watch = open();
    expect(look(watch, [0, 20], () => ({ a: 7 }))).toHaveLength(1);
    expect(look(watch, [21, 35], () => ({ a: 8 }))).toEqual([]);
  });

  test('counts anew for everybody after a look that failed', () => {
    const watch = open();
    look(watch, [0, 14], () => ({ a: 7, b: 9 }));
    watch.miss();
    expect(look(watch, [15, 29], () => ({ a: 7, b: 9 }))).toEqual([]);
    expect(look(watch, [30, 30], () => ({ a: 7, b: 9 }))).toHaveLength(2);
  });

  test('counts anew for everybody after a look that came late, and still knows when they were alive', () => {
    const watch = open();
    look(watch, [0, 2], (second) => ({ a: second }));
    expect(look(watch, [62, 76], () => ({ a: 2 }))).toEqual([]);
    expect(look(watch, [77, 77], () => ({ a: 2 }))).toEqual([{ gateway: 'a', beats: 2, aliveAtMs: 2000 }]);
  });

  test('leaves gone, after looks that failed or came late, whoever was gone before and did not beat since', () => {
    const watch = open();
    expect(look(watch, [0, 15], () => ({ dead: 7, paused: 7 }))).toHaveLength(2);
    watch.miss();
    expect(look(watch, [60, 60], () => ({ dead: 7, paused: 8 }))).toEqual([
      { gateway: 'dead', beats: 7, aliveAtMs: undefined },
    ]);
    expect(look(watch, [120, 120], () => ({ dead: 7, paused: 8 }))).toHaveLength(1);
  });

  test('bears a look that came a little late', () => {
    const watch = open();
    look(watch, [0, 5], () => ({ a: 7 }));
    expect(look(watch, [10, 15], () => ({ a: 7 }))).toHaveLength(1);
  });

  test('begins anew with one that had left the register', () => {
    const watch = open();
    look(watch, [0, 20], () => ({ a: 7 }));
    look(watch, [21, 21], () => ({}));
    expect(look(watch, [22, 36], () => ({ a: 7 }))).toEqual([]);
  });
});
