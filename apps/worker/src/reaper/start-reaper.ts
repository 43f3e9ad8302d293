// The reaper at work: a register of its own, and a look at it every second until it is stopped.
import type { QueueLocation } from '@weir/infra/queue';
import { openRegister } from '@weir/infra/register/open';
import { repeat } from '../repeat.ts';
import { createReaper, type ReaperOptions } from './reaper.ts';

const PATIENCE_MS = 2000;
const LOOK_EVERY_MS = 1000;
// Where little time is given, there are still enough looks in it for one to come late.
const LEAST_LOOKS = 10;

export interface Reaping {
  /** A look that is under way is cut short: that does no more harm than a crash. */
  stop(): Promise<void>;
}

export function startReaping(location: QueueLocation, options: Omit<ReaperOptions, 'register'>): Reaping {
  const register = openRegister(location, { timeoutMs: PATIENCE_MS });
  const { look } = createReaper({ ...options, register });
  const looking = repeat(look, Math.min(LOOK_EVERY_MS, options.goneAfterMs / LEAST_LOOKS));
  const stop = async () => {
    looking.stop();
    await register.close();
  };
  return { stop };
}
