// Something done again and again → how long it took beyond what it must take. What is under way counts as late as it is.
import { setTimeout as pause } from 'node:timers/promises';

export interface Delays {
  readonly count: number;
  readonly worstMs: number;
  readonly failed: readonly string[];
}

export interface Lane {
  /** Since the last look. */
  look(): Delays;
}

interface Walk {
  /** Null, or what is wrong. */
  readonly once: () => Promise<string | null>;
  readonly takesMs: number;
  readonly everyMs: number;
}

export function walk({ once, takesMs, everyMs }: Walk): Lane {
  let delays: Delays = { count: 0, worstMs: 0, failed: [] };
  let begun = performance.now();
  let isUnderWay = false;

  const late = () => Math.max(0, performance.now() - begun - takesMs);

  async function step(): Promise<void> {
    begun = performance.now();
    isUnderWay = true;
    const wrong = await once();
    isUnderWay = false;
    const { count, worstMs, failed } = delays;
    delays = {
      count: count + 1,
      worstMs: Math.max(worstMs, late()),
      failed: wrong === null ? failed : [...failed, wrong],
    };
  }

  void (async () => {
    for (;;) {
      await step();
      await pause(everyMs);
    }
  })();

  return {
    look() {
      const seen = isUnderWay ? { ...delays, worstMs: Math.max(delays.worstMs, late()) } : delays;
      delays = { count: 0, worstMs: 0, failed: [] };
      return seen;
    },
  };
}
