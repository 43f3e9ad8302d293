import { expect, test } from '@jest/globals';
import { SCENARIOS } from './scenarios.ts';
import { sideBySide } from './side-by-side.ts';

const named = (name: string) => SCENARIOS.find((one) => one.name === name) as (typeof SCENARIOS)[number];

test('what is said of one version beside the pipe is said of both, and of one by the other', () => {
  const { targets, figures } = sideBySide(named('burst'));
  expect(targets).toEqual(['gateway', 'against', 'pipe', 'net']);
  expect(figures.slice(0, 3)).toMatchObject([
    { label: 'CPU a request', atMost: 1.25 },
    { label: 'CPU a request, against', of: 'against' },
    { label: 'CPU a request, by against', to: 'against' },
  ]);
  expect(figures.filter(({ atMost }) => atMost !== undefined)).toHaveLength(1);
});

test('what only one version can be asked is left out', () => {
  expect(sideBySide(named('ledger')).figures).toEqual([]);
  expect(sideBySide(named('cores')).figures).toEqual([]);
});
