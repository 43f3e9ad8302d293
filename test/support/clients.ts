// The clients of a drill: crowds and steady streams of visits, and what each of them saw.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Behaviour, type Order, type Visit, visit } from './visit.ts';

type VisitOptions = Partial<Omit<Order, 'id'>> & Pick<Order, 'url'>;

export interface Clients {
  /** What their requests' x-request-ids begin with. */
  readonly name: string;
  /** All that are over. */
  readonly visits: readonly Visit[];
  visit(options: VisitOptions): Promise<Visit>;
  /** So many at once, in all behaviours by turns. */
  crowd(count: number, options: VisitOptions): Promise<Visit[]>;
  /** So many at a time, one after another, none of whom stalls, until it is told to stop; resolves when all are over. */
  keepComing(lanes: number, options: VisitOptions): { stop(): Promise<void> };
}

const BEHAVIOURS: readonly Behaviour[] = ['reads all', 'leaves at [DONE]', 'leaves midway', 'wants no stream'];
const BRIEF = { tokens: 12, everyMs: 10 };
// Whoever leaves in the middle leaves long before the end, however busy the machine is.
const LONG = { tokens: 20, everyMs: 50 };
// More than all buffers on the way take; there is no other way to stall.
const HUGE = { tokens: 600, everyMs: 0 };
// Whoever finds the door closed does not run against it.
const BREATH_MS = 50;

export function createClients(): Clients {
  const name = `${randomBytes(3).toString('hex')}-`;
  const visits: Visit[] = [];
  let sent = 0;

  async function one(options: VisitOptions): Promise<Visit> {
    sent += 1;
    const done = await visit({ ...orderOf(options), id: `${name}${sent}` });
    visits.push(done);
    return done;
  }

  const crowd: Clients['crowd'] = (count, options) =>
    Promise.all(
      Array.from({ length: count }, (_, at) => one({ behaviour: inTurn([...BEHAVIOURS, 'stalls'], at), ...options })),
    );

  const keepComing: Clients['keepComing'] = (lanes, options) => {
    let open = true;
    const walk = async (_: unknown, lane: number) => {
      for (let turn = lane; open; turn += 1) {
        const { status } = await one({ behaviour: inTurn(BEHAVIOURS, turn), ...options });
        if (status !== 200) await pause(BREATH_MS);
      }
    };
    const walking = Promise.all(Array.from({ length: lanes }, walk));
    const stop = async () => {
      open = false;
      await walking;
    };
    return { stop };
  };

  return { name, visits, visit: one, crowd, keepComing };
}

function orderOf(options: VisitOptions): Omit<Order, 'id'> {
  const { behaviour = 'reads all' } = options;
  if (behaviour === 'stalls') return { ...options, behaviour, ...HUGE };
  return behaviour === 'leaves midway' ? { ...options, behaviour, ...LONG } : { ...BRIEF, ...options, behaviour };
}

const inTurn = (behaviours: readonly Behaviour[], turn: number): Behaviour =>
  behaviours[turn % behaviours.length] ?? 'reads all';
