// How a process is asked to stop: by a signal, or by the end of whoever forked it. A second signal: to stop at once.

// Ctrl-C comes twice, from the terminal and from a parent that passes it on (npm does): that is one wish.
const SAME_WISH_MS = 500;

export interface StopWishes {
  readonly stop: () => void;
  readonly stopAtOnce: () => void;
}

export function onStopSignals(signals: readonly NodeJS.Signals[], { stop, stopAtOnce }: StopWishes): void {
  let askedAt: number | undefined;
  const onSignal = () => {
    askedAt ??= performance.now();
    if (performance.now() - askedAt > SAME_WISH_MS) stopAtOnce();
    else stop();
  };
  for (const signal of signals) process.on(signal, onSignal);
  process.on('disconnect', stop);
}
