import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import '../../../testing/faked-pause.ts';
import { idsUpTo } from '../../../testing/records.ts';
import { registerIn, Script } from '../../../testing/script.ts';

const { StaleOpenings } = await import('./stale-openings.ts');

let script: Script;
let staleOpenings: InstanceType<typeof StaleOpenings>;
beforeEach(() => {
  jest.useFakeTimers();
  script = new Script();
  staleOpenings = new StaleOpenings();
});
afterEach(() => {
  jest.useRealTimers();
  script.end();
});

const add = (...ids: string[]) => ids.forEach((id) => void staleOpenings.add({ id, gateway: 'gateway-1' }));
const retirementOf = (id: string) => `register.retire gateway-1 ${id}`;

async function retire(isOpen: (id: string) => boolean = () => false): Promise<void> {
  const done = staleOpenings.retire(registerIn(script), isOpen);
  done.catch(() => {}); // looked at below
  await jest.advanceTimersByTimeAsync(1000);
  await done;
  script.end();
}

test('those of requests that are over are retired, once, and those of the others when theirs are', async () => {
  add('a', 'b', 'c');
  staleOpenings.delete({ id: 'c', gateway: 'gateway-1' });
  script.expect(retirementOf('a'));
  await retire((id) => id === 'b');
  script.expect(retirementOf('b'));
  await retire();
  await retire();
});

test('many are retired a hundred at a time', async () => {
  const ids = idsUpTo(150);
  add(...ids);
  const answer = Promise.withResolvers<void>();
  script.expectAll(ids.slice(0, 100).map(retirementOf), answer.promise);
  const done = staleOpenings.retire(registerIn(script), () => false);
  await jest.advanceTimersByTimeAsync(1000);
  script.end();
  script.expectAll(ids.slice(100).map(retirementOf));
  answer.resolve();
  await jest.advanceTimersByTimeAsync(1000);
  await done;
});

test('what the register does not take is tried again, and nothing that it took', async () => {
  const away = new Error('away');
  add('a', 'b', 'c');
  script.expect(retirementOf('a')).expect(retirementOf('b'), away).expect(retirementOf('c'));
  await expect(retire()).rejects.toBe(away);
  script.expect(retirementOf('b'));
  await retire();
});
