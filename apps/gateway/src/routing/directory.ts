// Which upstream serves a model, and at what price where the operator has one of his own. The first match decides.
import type { UnitPrices } from '@weir/ledger/unit-prices';
import type { Upstream, UpstreamSettings } from '../upstream/upstream.ts';

interface ModelRule {
  readonly match: string;
  readonly upstream: string;
}

export interface PriceRule {
  readonly match: string;
  /** Absent: at every upstream. */
  readonly upstream?: string | undefined;
  readonly prices: UnitPrices;
}

/** All of it as it was configured. */
export interface Routing {
  readonly upstreams: readonly UpstreamSettings[];
  readonly models: readonly ModelRule[];
  readonly prices: readonly PriceRule[];
  /** Calls that pass though they are neither metered nor known to cost nothing. */
  readonly passThrough: readonly string[];
}

export interface Directory {
  readonly upstreams: readonly Upstream[];
  /** One that the gateway pays for, if there is any: there a key counts in more than one header. */
  readonly mostLenient: Upstream;
  /** Whatever the model is; undefined where that depends on the model. */
  readonly upstreamOfAll: Upstream | undefined;
  /** Asked where no model is named. */
  readonly upstreamOfNone: Upstream;
  /** Undefined where the model maps nowhere. */
  upstreamFor(model: string): Upstream | undefined;
  priceFor(model: string, upstream: Upstream): UnitPrices | null;
}

export function createDirectory(upstreams: readonly Upstream[], rules: Pick<Routing, 'models' | 'prices'>): Directory {
  const byName = new Map(upstreams.map((upstream) => [upstream.name, upstream]));
  const models = rules.models.map((rule) => ({
    matches: globMatcher(rule.match),
    upstream: byName.get(rule.upstream),
  }));
  const prices = rules.prices.map((rule) => ({ ...rule, matches: globMatcher(rule.match) }));
  const [first, ofAll] = [upstreams[0] as Upstream, upstreamOfAll(rules.models, byName)];
  return {
    upstreams,
    mostLenient: upstreams.find((upstream) => upstream.apiKey !== undefined) ?? first,
    upstreamOfAll: ofAll,
    upstreamOfNone: ofAll ?? first,
    upstreamFor: (model) => models.find((rule) => rule.matches(model))?.upstream,
    priceFor: (model, upstream) =>
      prices.find((rule) => rule.matches(model) && (rule.upstream ?? upstream.name) === upstream.name)?.prices ?? null,
  };
}

/** Rules behind one that matches everything decide nothing. */
function upstreamOfAll(models: readonly ModelRule[], byName: ReadonlyMap<string, Upstream>): Upstream | undefined {
  const last = models.findIndex(({ match }) => match === '*');
  const names = new Set(models.slice(0, last + 1).map(({ upstream }) => upstream));
  const [name = ''] = names;
  return names.size === 1 ? byName.get(name) : undefined;
}

/** `*` is any text, slashes included (`meta-llama/*`); `?` is any one character; letters match in either case. */
export function globMatcher(glob: string): (text: string) => boolean {
  const source = glob
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`^${source}$`, 'is');
  return (text) => pattern.test(text);
}
