// Two looks → what is missing, and what is on its way. Missing is what both looks found missing: while one look goes from
// place to place, a request may pass it by.
import { minuteOf } from '../counts/minute.ts';
import { type Shortage, type Standing, shortagesOf } from '../counts/shortage.ts';
import { type Fates, type Place, placesOf, withFate } from './places.ts';
import type { Snapshot } from './snapshot.ts';

export interface Verdict {
  readonly places: readonly Place[];
  /** Each with the reason. */
  readonly missing: ReadonlyMap<string, string>;
  /** Missing too, and found by what their gateways counted: which ones they were is not known any more. */
  readonly shortages: readonly Shortage[];
  readonly onTheWay: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
}

export function verdictOf(before: Snapshot, now: Snapshot): Verdict {
  const isAlive = (gateway: string) => isBeating(before.gateways.get(gateway)?.beats, now.gateways.get(gateway)?.beats);
  const suspects = withFate(placesOf(before, isAlive), 'missing');
  const found = placesOf(now, isAlive);
  const moving = withFate(found, 'on its way');
  const places = found.map((place) => {
    const isSure = (id: string) => suspects.has(id) && !moving.has(id);
    return { ...place, fates: inDoubt(place.fates, isSure) };
  });
  const missing = new Map(places.toReversed().flatMap(missingIn));
  return {
    places,
    missing,
    shortages: shortagesOf(standingIn(before), standingIn(now, missing.keys())),
    onTheWay: withFate(places, 'on its way'),
    open: withFate(places, 'open'),
  };
}

export const isComplete = ({ missing, shortages }: Verdict): boolean => missing.size === 0 && shortages.length === 0;

/** What is known by its id, on its way or missing, is no news to those who count. */
function standingIn(
  { counts, gateways, jobs, slots, minuteRows: rows }: Snapshot,
  missing: Iterable<string> = [],
): Standing {
  const ids = new Set([...Object.values(jobs).flat(), ...slots.flatMap(({ closes }) => closes), ...missing]);
  const perMinute = Map.groupBy(ids, minuteOf);
  const onTheWay = new Map([...perMinute].map(([minute, some]) => [minute, some.length]));
  return { counts, gateways: new Set(gateways.keys()), onTheWay, rows };
}

/** The number moved from one look to the other; but 0 is what stands there of one that has left. */
const isBeating = (before = 0, now = 0): boolean => now !== 0 && now !== before;

const inDoubt = (fates: Fates, isSure: (id: string) => boolean): Fates =>
  new Map([...fates].map(([id, fate]) => [id, fate === 'missing' && !isSure(id) ? 'on its way' : fate]));

/** Of several places the first one's reason stands. */
const missingIn = (place: Place) => [...withFate([place], 'missing')].map((id) => [id, place.why(id)] as const);
