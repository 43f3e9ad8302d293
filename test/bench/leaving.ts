// What was opened, so that all of it is left again, the latest first, whatever happens and whenever.
export interface Leaving {
  /** Hands back what was opened, and keeps how it is left. */
  keep<T>(one: T, leave: (one: T) => Promise<unknown>): T;
  all(): Promise<void>;
}

/** `say` hears of what could not be left. */
export function createLeaving(say: (line: string) => void): Leaving {
  const leaves: (() => Promise<unknown>)[] = [];
  let over = false;
  const out = (leave: () => Promise<unknown>) => leave().catch((error: Error) => say(`left behind: ${error.message}`));
  return {
    keep(one, leave) {
      if (over) void out(() => leave(one));
      else leaves.unshift(() => leave(one));
      return one;
    },
    async all() {
      over = true;
      for (const leave of leaves.splice(0)) await out(leave);
    },
  };
}
