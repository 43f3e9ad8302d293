import { expect, jest, test } from '@jest/globals';
import type { Log } from '../log/log.ts';
import { createErrorLog } from './error-log.ts';

test('of an outage, the first error is logged at once, and the next ones as a number', () => {
  const warn = jest.fn();
  let now = 0;
  const logError = createErrorLog({ warn } as unknown as Log, () => now);
  const error = new Error('connection refused');
  for (now = 1; now < 5000; now += 1) logError(error);
  expect(warn.mock.calls).toEqual([[{ error }, 'queue.error']]);
  now = 5001;
  logError(error);
  expect(warn).toHaveBeenLastCalledWith({ error, suppressed: 4998 }, 'queue.error');
});
