// Does something again and again, with a pause in between. Stopped, it begins nothing more; what is under way then is left
// to itself, and must bear that.

export interface Repeated {
  stop(): void;
}

/** `work` must not reject. */
export function repeat(work: () => Promise<void>, pauseMs: number): Repeated {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const once = async () => {
    await work();
    if (!stopped) timer = setTimeout(once, pauseMs);
  };
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
  };
  once();
  return { stop };
}
