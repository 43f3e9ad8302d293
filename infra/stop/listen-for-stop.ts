// When an app is to end: at SIGTERM, at SIGINT, or when the process that started it is gone. Told again, it ends at once.
import { onStopSignals } from './stop-signals.ts';

/** `atOnce`: what else must end then. */
export function listenForStop(atOnce: () => void = () => undefined): AbortSignal {
  const stopping = new AbortController();
  onStopSignals(['SIGTERM', 'SIGINT'], {
    stop: () => stopping.abort(),
    stopAtOnce() {
      atOnce();
      process.exit(1);
    },
  });
  return stopping.signal;
}
