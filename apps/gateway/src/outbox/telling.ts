// Tells the register what was counted, whenever the queue has all that it was to have.
import type { Log } from '@weir/infra/log';
import type { Register } from '@weir/infra/register';
import type { Tally } from './tally.ts';

interface TellingDeps {
  readonly tally: Tally;
  readonly register: Pick<Register, 'count'>;
  /** Something that is closed is not on the queue yet: its row could not come, and would look missing. */
  readonly isBehind: () => boolean;
  readonly log: Log;
}

export interface Telling {
  /** Never rejects: what is not told now is told the next time. */
  tell(): Promise<void>;
}

export function createTelling({ tally, register, isBehind, log }: TellingDeps): Telling {
  let saidUntold = false;

  async function tell(): Promise<void> {
    if (isBehind()) return;
    try {
      await register.count(tally.take());
      saidUntold = false;
    } catch (error) {
      tally.untell();
      if (!saidUntold) log.warn({ error }, 'counts.untold');
      saidUntold = true;
    }
  }
  return { tell };
}
