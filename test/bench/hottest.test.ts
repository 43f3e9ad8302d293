import { expect, test } from '@jest/globals';
import { hottestOf, type Profile } from './hottest.ts';

const node = (id: number, functionName: string, url = '', lineNumber = 0) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

const PROFILE: Profile = {
  nodes: [
    node(1, '(idle)'),
    node(2, 'pump', 'file:///a/b/exchange/relay.ts', 59),
    node(3, '(garbage collector)'),
    node(4, 'pump', 'file:///a/b/exchange/relay.ts', 59),
  ],
  samples: [1, 2, 3, 4, 2],
  timeDeltas: [9000, 100, 200, 50, 650],
};

test('time is counted by function, wherever it was called from, and idling is none', () => {
  expect(hottestOf(PROFILE, 10)).toEqual([' 80.0% pump exchange/relay.ts:60', ' 20.0% (garbage collector)']);
});

test('no more are named than are wanted', () => {
  expect(hottestOf(PROFILE, 1)).toHaveLength(1);
});
