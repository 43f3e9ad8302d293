// Rules of the file that can never be reached, because earlier ones take all that they would: whoever wrote one meant
// something else.
import type { Routing } from '../routing/directory.ts';
import { covers } from '../routing/glob-covers.ts';

interface Rule {
  readonly match: string;
  readonly upstream?: string | undefined;
}

/** One sentence for each, with its place. */
export function shadowedRules({ upstreams, models, prices }: Routing): string[] {
  const names = upstreams.map(({ name }) => name);
  return [
    // A model goes to one upstream: the first rule that takes it decides, whichever it names.
    ...problemsOf('models', models, () => ['']),
    ...problemsOf('prices', prices, ({ upstream }) => (upstream === undefined ? names : [upstream])),
  ];
}

type PlacesOf = (rule: Rule) => readonly string[];

function problemsOf(list: string, rules: readonly Rule[], placesOf: PlacesOf): string[] {
  return rules.flatMap((rule, at) => {
    const before = rules.slice(0, at);
    const first = placesOf(rule).map((place) =>
      before.findIndex((earlier) => placesOf(earlier).includes(place) && covers(earlier.match, rule.match)),
    );
    if (first.includes(-1)) return [];
    const earlier = [...new Set(first)].map((index) => `${list}.${index}, "${rules[index]?.match}",`).join(' and ');
    return [`${list}.${at}: "${rule.match}" is never reached: ${earlier} ${takeAll(first)} all that it would`];
  });
}

const takeAll = (first: readonly number[]): string => (new Set(first).size === 1 ? 'takes' : 'take');
