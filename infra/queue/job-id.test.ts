import { expect, test } from '@jest/globals';
import { lostCompletion, type Opening } from '@weir/ledger/opening';
import { jobIdOf } from './job-id.ts';

const ID = '01980000-0000-7000-8000-000000000001';
const OPENING = { id: ID, startedAt: '2026-01-02T03:04:05.000Z' } as Opening;
const LOST = lostCompletion(OPENING, new Date('2026-01-02T03:04:06.000Z'));

test("a completion's job has the id of its request", () => {
  expect(jobIdOf({ ...LOST, status: 'ok', reason: null })).toBe(ID);
  expect(jobIdOf({ ...LOST, reason: 'gateway_shutdown' })).toBe(ID);
});

test('what stands for a completion that is lost has another, so that the queue takes the real one beside it', () => {
  expect(jobIdOf(LOST)).toBe(`${ID}-lost`);
});
