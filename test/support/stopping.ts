// A command that starts servers ends them whatever ends it: told to stop, or failed, it stops what it does, and cleans up.
import { onCommandStopped } from '../../infra/local/stop-signals.ts';

export function stopSignal(say: (line: string) => void): AbortSignal {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  onCommandStopped({ stop, stopAtOnce: stop }); // what it started would outlive it
  process.on('uncaughtException', (error) => {
    say(error.stack ?? error.message);
    stop();
  });
  return stopping.signal;
}
