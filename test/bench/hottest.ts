// A CPU profile, as Node writes it → where the time went: functions by the time spent in themselves, idle time left out.
export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

const SHOWN_PATH = 2;

/** Lines: `12.3% pump relay.ts:60`. */
export function hottestOf({ nodes, samples, timeDeltas }: Profile, count: number): string[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const spent = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? '';
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[at] ?? 0));
  }
  spent.delete('(idle)');
  const all = [...spent.values()].reduce((sum, us) => sum + us, 0);
  const hottest = [...spent].toSorted(([, one], [, other]) => other - one).slice(0, count);
  return hottest.map(([name, us]) => `${((100 * us) / all).toFixed(1).padStart(5)}% ${name}`);
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName;
  return `${functionName || '(nameless)'} ${url.split('/').slice(-SHOWN_PATH).join('/')}:${lineNumber + 1}`;
}
