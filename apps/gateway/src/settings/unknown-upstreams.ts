// Rules of the file that name an upstream which is not in it.
import type { Routing } from '../routing/directory.ts';

interface Rule {
  readonly match: string;
  readonly upstream?: string | undefined;
}

/** One sentence for each, with its place. */
export function unknownUpstreams({ upstreams, models, prices }: Routing): string[] {
  const names = upstreams.map(({ name }) => name);
  return [...problemsOf('models', models, names), ...problemsOf('prices', prices, names)];
}

const problemsOf = (list: string, rules: readonly Rule[], names: readonly string[]): string[] =>
  rules.flatMap(({ match, upstream }, at) => {
    if (upstream === undefined || names.includes(upstream)) return [];
    const known = `must be one of ${names.join(', ')}`;
    return [`${list}.${at}: "${match}" names upstream "${upstream}", which is not there: ${known}`];
  });
