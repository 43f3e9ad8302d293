// The customers of a drill: crowds and steady streams of visits, and what each of them saw.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Manner, type Order, type Visit, visit } from './visit.ts';

type Wish = Partial<Omit<Order, 'id'>> & Pick<Order, 'url'>;

export interface Customers {
  /** What their requests' x-request-ids begin with. */
  readonly name: string;
  /** All that are over. */
  readonly visits: readonly Visit[];
  visit(wish: Wish): Promise<Visit>;
  /** So many at once, in all manners by turns. */
  crowd(count: number, wish: Wish): Promise<Visit[]>;
  /** So many at a time, one after another, none of whom stalls, until it is told to stop; resolves when all are over. */
  keepComing(lanes: number, wish: Wish): { stop(): Promise<void> };
}

const MANNERS: readonly Manner[] = ['reads all', 'leaves at [DONE]', 'leaves midway', 'wants no stream'];
const BRIEF = { tokens: 12, everyMs: 10 };
// Whoever leaves in the middle leaves long before the end, however busy the machine is.
const LONG = { tokens: 20, everyMs: 50 };
// More than all buffers on the way take; there is no other way to stall.
const HUGE = { tokens: 600, everyMs: 0 };
// Whoever finds the door closed does not run against it.
const BREATH_MS = 50;

export function welcomeCustomers(): Customers {
  const name = `${randomBytes(3).toString('hex')}-`;
  const visits: Visit[] = [];
  let sent = 0;

  async function one(wish: Wish): Promise<Visit> {
    sent += 1;
    const done = await visit({ ...orderOf(wish), id: `${name}${sent}` });
    visits.push(done);
    return done;
  }

  const crowd: Customers['crowd'] = (count, wish) =>
    Promise.all(Array.from({ length: count }, (_, at) => one({ manner: inTurn([...MANNERS, 'stalls'], at), ...wish })));

  const keepComing: Customers['keepComing'] = (lanes, wish) => {
    let open = true;
    const walk = async (_: unknown, lane: number) => {
      for (let turn = lane; open; turn += 1) {
        const { status } = await one({ manner: inTurn(MANNERS, turn), ...wish });
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

function orderOf(wish: Wish): Omit<Order, 'id'> {
  const { manner = 'reads all' } = wish;
  if (manner === 'stalls') return { ...wish, manner, ...HUGE };
  return manner === 'leaves midway' ? { ...wish, manner, ...LONG } : { ...BRIEF, ...wish, manner };
}

const inTurn = (manners: readonly Manner[], turn: number): Manner => manners[turn % manners.length] ?? 'reads all';
