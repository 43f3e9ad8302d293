// How whoever started this asks it to stop, and to stop at once.

// One Ctrl-C arrives twice under npm: from the terminal, and passed on by npm.
const SAME_KEYSTROKE_MS = 500;
const LOOK_EVERY_MS = 500;

export function onStopSignals(stop: () => void, kill: () => void): void {
  let asked: number | undefined;
  const onSignal = () => {
    asked ??= performance.now();
    stop();
    if (performance.now() - asked > SAME_KEYSTROKE_MS) kill();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  process.on('disconnect', stop); // whoever forked this is gone
  process.channel?.unref(); // to listen is no reason to live on
  onOrphaned(stop);
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
