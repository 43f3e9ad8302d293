// How the tests ended, in words: what was skipped and why, and the last line, which machines read too.

import type { Outcome } from './jest.ts';
import { type Found, NONE } from './servers.ts';

export interface Services {
  readonly postgres: Found;
  readonly redis: Found;
}

type Say = (line: string) => void;

export function sayWhatIsMissing({ postgres, redis }: Services, { skipped }: Outcome, say: Say): void {
  say('');
  for (const [name, { url, told }] of Object.entries({ PostgreSQL: postgres, Redis: redis })) {
    if (url === NONE) say(`SKIPPED: everything on ${name}: ${told}`);
  }
  for (const [file, count] of skipped) say(`SKIPPED: ${count} in ${file}`);
}

/** The exit code. */
export function conclude({ passed, failed, skipped, ok }: Outcome, say: Say): number {
  const skippedTests = [...skipped.values()].reduce((sum, count) => sum + count, 0);
  say(`${passed} passed, ${failed} failed${skippedTests > 0 ? `, ${skippedTests} skipped` : ''}`);
  return ok && failed === 0 ? 0 : 1;
}
