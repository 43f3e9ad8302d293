// One request each, by clients of whom half leave in the middle, a tenth take nothing after their first bytes, and the
// others read to the end. In the load's own process.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Caller } from './caller.ts';

export interface Unhappiness {
  readonly url: string;
  readonly clients: number;
}

// What the kernel takes on a client's behalf must not be all there is.
const FRAMES = { leave: 10_000, stall: 40_000, read: 5000 };
const READ_BEFORE_LEAVING = 100_000;

const stalled: Caller[] = [];

/** Those who stall hold on until they are dismissed. */
export async function visitUnhappily({ url, clients }: Unhappiness): Promise<void> {
  await Promise.all(Array.from({ length: clients }, (_, at) => visit(url, behaviourOf(at))));
}

export async function dismissStalled(): Promise<void> {
  for (const caller of stalled.splice(0)) caller.leave();
}

type Behaviour = keyof typeof FRAMES;

function behaviourOf(at: number): Behaviour {
  if (at % 2 === 0) return 'leave';
  return at % 10 === 1 ? 'stall' : 'read';
}

async function visit(url: string, behaviour: Behaviour): Promise<void> {
  const word = { kind: 'once', frames: FRAMES[behaviour] } as const;
  const caller = await Caller.connect(url);
  if (behaviour === 'read') await caller.ask(word);
  else await readSome(caller.send(word), behaviour === 'leave' ? READ_BEFORE_LEAVING : 1);
  if (behaviour === 'stall') stalled.push(caller);
  else caller.leave();
}

async function readSome(socket: Socket, bytes: number): Promise<void> {
  for (let read = 0; read < bytes; ) {
    const [some] = (await once(socket, 'data')) as [Buffer];
    read += some.length;
  }
  socket.pause();
}
