import { expect, jest, test } from '@jest/globals';
import { RecordRefused, RetryLater } from '@weir/infra/consume';
import { createHands } from './in-progress.ts';

function open(outcome: Promise<void>) {
  const settled = jest.fn();
  const hands = createHands(() => outcome, settled);
  return { hands, settled };
}

test('a record is in the hands until it is written, and is settled then', async () => {
  const written = Promise.withResolvers<void>();
  const { hands, settled } = open(written.promise);
  const handled = hands.handle({}, 'id-1');
  expect(hands.count).toBe(1);
  expect(settled).not.toHaveBeenCalled();
  written.resolve();
  await handled;
  expect(hands.count).toBe(0);
  expect(settled).toHaveBeenCalledTimes(1);
});

test('a dead letter is settled too', async () => {
  const refused = new RecordRefused('id: must be a UUID');
  const { hands, settled } = open(Promise.reject(refused));
  await expect(hands.handle({}, 'id-1')).rejects.toBe(refused);
  expect(settled).toHaveBeenCalledTimes(1);
  expect(hands.count).toBe(0);
});

test.each([new RetryLater('not here'), new TypeError('cannot read')])('what comes back is not: %s', async (error) => {
  const { hands, settled } = open(Promise.reject(error));
  await expect(hands.handle({}, 'id-1')).rejects.toBe(error);
  expect(settled).not.toHaveBeenCalled();
  expect(hands.count).toBe(0);
});
