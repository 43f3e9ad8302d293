import { expect, jest, test } from '@jest/globals';
import { RecordRefused, RetryLater } from '@weir/infra/consume';
import { createInProgress } from './in-progress.ts';

function open(outcome: Promise<void>) {
  const settled = jest.fn();
  const inProgress = createInProgress(() => outcome, settled);
  return { inProgress, settled };
}

test('a record is in the inProgress until it is written, and is settled then', async () => {
  const written = Promise.withResolvers<void>();
  const { inProgress, settled } = open(written.promise);
  const handled = inProgress.handle({}, 'id-1');
  expect(inProgress.count).toBe(1);
  expect(settled).not.toHaveBeenCalled();
  written.resolve();
  await handled;
  expect(inProgress.count).toBe(0);
  expect(settled).toHaveBeenCalledTimes(1);
});

test('a dead letter is settled too', async () => {
  const refused = new RecordRefused('id: must be a UUID');
  const { inProgress, settled } = open(Promise.reject(refused));
  await expect(inProgress.handle({}, 'id-1')).rejects.toBe(refused);
  expect(settled).toHaveBeenCalledTimes(1);
  expect(inProgress.count).toBe(0);
});

test.each([new RetryLater('not here'), new TypeError('cannot read')])('what comes back is not: %s', async (error) => {
  const { inProgress, settled } = open(Promise.reject(error));
  await expect(inProgress.handle({}, 'id-1')).rejects.toBe(error);
  expect(settled).not.toHaveBeenCalled();
  expect(inProgress.count).toBe(0);
});
