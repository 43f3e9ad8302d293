// A look → the fate of every request in each place. It follows from where else the same id is: an opening whose row stands
// is only late to go.
import type { Snapshot, SpoolSlot } from './snapshot.ts';

/** Settled: a row, or a job that will be one, is there already. Open: a living gateway has it, and no row is due. */
export type Fate = 'settled' | 'open' | 'on its way' | 'missing';

export type Fates = ReadonlyMap<string, Fate>;

export interface Place {
  readonly name: string;
  readonly fates: Fates;
  /** Of one that is missing here. */
  readonly why: (id: string) => string;
}

type IsAlive = (gateway: string) => boolean;

/** A row that says so is provisional: a real completion replaces it. */
export const LOST = 'gateway_lost';

export function placesOf(look: Snapshot, isAlive: IsAlive): Place[] {
  const places = [...openPlaces(look, isAlive), ...queuePlaces(look), ...spoolPlaces(look)];
  return [...places, ...duePlaces(look, places)];
}

export const withFate = (places: readonly Place[], fate: Fate): Set<string> =>
  new Set(places.flatMap(({ fates }) => [...fates].filter(([, its]) => its === fate).map(([id]) => id)));

function openPlaces(look: Snapshot, isAlive: IsAlive): Place[] {
  const isBeyond = beyond(look);
  const fates = (ids: Iterable<string>, fate: Fate) => fatesOf(ids, (id) => (isBeyond(id) ? 'settled' : fate));
  const living = [...look.gateways].filter(([name]) => isAlive(name));
  const gone = [...look.gateways].filter(([name]) => !isAlive(name));
  const leftBy = new Map(gone.flatMap(([name, { openings }]) => openings.map((id) => [id, name] as const)));
  const open = living.flatMap(([, { openings }]) => openings);
  return [
    { name: `open at ${counted(living.length, 'living gateway')}`, fates: fates(open, 'open'), why: () => '' },
    {
      name: `left by ${counted(gone.length, 'gateway')} that died`,
      fates: fates(leftBy.keys(), 'missing'),
      why: (id) => `open at ${leftBy.get(id)}, which is gone: a worker makes it a ${LOST} row`,
    },
  ];
}

function queuePlaces({ jobs, rows }: Snapshot): Place[] {
  const moving = (['waiting', 'active', 'delayed'] as const).map((state) => ({
    name: `in the queue, ${state}`,
    fates: fatesOf(jobs[state], () => 'on its way'),
    why: () => '',
  }));
  const dead = fatesOf(jobs.failed, (id) => (rows.has(id) ? 'settled' : 'missing'));
  return [...moving, { name: 'dead letters', fates: dead, why: () => 'a dead letter: npm run dead-letters says why' }];
}

function spoolPlaces(look: Snapshot): Place[] {
  const living = look.slots.filter(({ alive }) => alive);
  const dead = look.slots.filter(({ alive }) => !alive);
  const why = () => 'in the spool of a process that is gone: it waits for a gateway on this SPOOL_DIR';
  return [
    { name: `spooled by ${counted(living.length, 'living process', 'es')}`, fates: spoolFates(look, living), why },
    { name: `spooled by ${counted(dead.length, 'process', 'es')} that died`, fates: spoolFates(look, dead), why },
  ];
}

/** What is closed here is the real completion: a provisional row does not make up for it. */
function spoolFates(look: Snapshot, slots: readonly SpoolSlot[]): Fates {
  const [isBeyond, isQueued] = [beyond(look), queued(look)];
  const isReal = (id: string) => isQueued(id) || (look.rows.has(id) && look.rows.get(id) !== LOST);
  const ofOne = ({ alive, adopted, openings, closes }: SpoolSlot) => {
    const kept = alive ? 'on its way' : 'missing';
    const opened = alive && !adopted ? 'open' : kept;
    return [
      ...fatesOf(openings, (id) => (isBeyond(id) ? 'settled' : opened)),
      ...fatesOf(closes, (id) => (isReal(id) ? 'settled' : kept)),
    ];
  };
  return new Map(slots.flatMap(ofOne));
}

/** Those that must have a row, or be somewhere. */
function duePlaces({ named, promised, rows }: Snapshot, others: readonly Place[]): Place[] {
  const [open, moving] = [withFate(others, 'open'), withFate(others, 'on its way')];
  const fateOf = (id: string): Fate => {
    if (rows.has(id)) return 'settled';
    if (open.has(id)) return 'open';
    return moving.has(id) ? 'on its way' : 'missing';
  };
  return [
    { name: 'named in the file', fates: fatesOf(named, fateOf), why: () => 'named in the file, and nowhere' },
    { name: 'on its way before', fates: fatesOf(promised, fateOf), why: () => 'was on its way, and is nowhere now' },
  ];
}

/** Further along the arrow than an opening is. */
function beyond(look: Snapshot): (id: string) => boolean {
  const isQueued = queued(look);
  const closed = new Set(look.slots.flatMap(({ closes }) => closes));
  return (id) => look.rows.has(id) || isQueued(id) || closed.has(id);
}

function queued({ jobs }: Snapshot): (id: string) => boolean {
  const all = new Set(Object.values(jobs).flat());
  return (id) => all.has(id);
}

const fatesOf = (ids: Iterable<string>, fateOf: (id: string) => Fate): Map<string, Fate> =>
  new Map([...ids].map((id) => [id, fateOf(id)]));

const counted = (count: number, noun: string, plural = 's'): string => `${count} ${noun}${count === 1 ? '' : plural}`;
