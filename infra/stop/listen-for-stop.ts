// When to end: at SIGTERM, at SIGINT, or when the process that started this one is gone. Told again, it ends at once.

// Ctrl-C comes twice, from the terminal and from a parent that passes it on: that is one wish.
const SAME_WISH_MS = 500;

/** `atOnce`: what else must end then. */
export function listenForStop(atOnce: () => void = () => undefined): AbortSignal {
  const stop = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    if (stop.signal.aborted && performance.now() - firstAt > SAME_WISH_MS) {
      atOnce();
      process.exit(1);
    }
    if (!stop.signal.aborted) firstAt = performance.now();
    stop.abort();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('disconnect', () => stop.abort());
  return stop.signal;
}
