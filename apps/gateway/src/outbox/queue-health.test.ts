import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { logIn, Script } from '../../testing/script.ts';
import { QueueHealth } from './queue-health.ts';

const AWAY = new Error('away');

let script: Script;
let health: QueueHealth;
beforeEach(() => {
  script = new Script();
  health = new QueueHealth(logIn(script));
});
afterEach(() => script.end());

test('a queue is up until somebody says otherwise', () => {
  expect(health.up).toBe(true);
});

test('a queue that answers as before is nothing to speak of', () => {
  health.reportAnswer();
  expect(health.up).toBe(true);
});

test('a queue is down with the first verb that fails, which is said once, and up with the next answer', () => {
  script.expect('warn queue.away');
  for (let verb = 0; verb < 100; verb += 1) health.reportFailure(AWAY);
  expect(health.up).toBe(false);
  script.expect('info queue.back');
  for (let beat = 0; beat < 100; beat += 1) health.reportAnswer();
  expect(health.up).toBe(true);
});

test('a queue that goes away again is said to be away again', () => {
  for (let time = 0; time < 2; time += 1) {
    script.expect('warn queue.away').expect('info queue.back');
    health.reportFailure(AWAY);
    health.reportAnswer();
  }
});

test('a call that fails is reported, and fails as it did', async () => {
  const refuse = health.reportingFailures(async (_id: string) => Promise.reject(AWAY));
  script.expect('warn queue.away');
  await expect(refuse('a')).rejects.toBe(AWAY);
  expect(health.up).toBe(false);
});

test('a call that is taken is passed on as it came, and is no answer to a beat', async () => {
  const taken: string[][] = [];
  const take = health.reportingFailures(async (...given: string[]) => void taken.push(given));
  script.expect('warn queue.away');
  health.reportFailure(AWAY);
  await take('a', 'b');
  expect(taken).toEqual([['a', 'b']]);
  expect(health.up).toBe(false);
});
