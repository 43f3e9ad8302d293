// For tests: Jest fakes the clock of setTimeout, but not that of node:timers/promises. Where this is imported, before the
// module under test is, pauses go by the former.
import { jest } from '@jest/globals';

interface Options {
  readonly signal?: AbortSignal;
}

function pause<T>(ms: number, value?: T, { signal }: Options = {}): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(value), ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

jest.unstable_mockModule('node:timers/promises', () => ({ setTimeout: pause }));
