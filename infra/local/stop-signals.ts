// How a command of `npm run` is asked to stop, and to stop at once.
import { onStopSignals, type StopWishes } from '../stop/stop-signals.ts';

const LOOK_EVERY_MS = 500;

export function onCommandStopped(wishes: StopWishes): void {
  onStopSignals(['SIGINT', 'SIGTERM', 'SIGHUP'], wishes);
  process.channel?.unref(); // to listen is no reason to live on
  onOrphaned(wishes.stop);
}

/** A SIGTERM to npm ends npm and its shell, and never gets here: what is left is to see that the shell is gone. */
export function onOrphaned(act: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    act();
  }, LOOK_EVERY_MS);
  look.unref();
}
