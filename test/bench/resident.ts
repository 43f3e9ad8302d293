// Open streams on a process without a past → what the system counts as its memory: before they come, while they are
// there, and then without garbage, which is collected by force, so that nobody's laziness is measured.
import { setTimeout as pause } from 'node:timers/promises';
import type { Gathering } from './crowd-of-callers.ts';
import type { Place } from './place.ts';
import type { Program } from './program.ts';
import type { TargetName } from './targets.ts';

const COLLECTS = ['--expose-gc', '--import', new URL('./collect-garbage.ts', import.meta.url).href];

export const startFresh = (place: Place, name: TargetName): Promise<Program> =>
  place.startAnother(name === 'gateway' ? 'gateway' : 'pipe', COLLECTS);

interface Filling {
  readonly streams: number;
  /** How long they are there. */
  readonly seconds: number;
}

interface Resident {
  readonly requests: number;
  /** In bytes, as all of these. */
  readonly empty: number;
  readonly lazy: number;
  readonly full: number;
}

export async function fill({ load, provider }: Place, program: Program, filling: Filling): Promise<Resident> {
  const { streams, seconds } = filling;
  const empty = await program.tell<number>('collect');
  await load.tell('gather', { url: program.url, kind: 'slow', clients: streams, atOnce: 100 } satisfies Gathering);
  await pause(seconds * 1000);
  const lazy = await program.tell<number>('look');
  const full = await program.tell<number>('collect');
  await provider.tell('close');
  return { requests: await load.tell<number>('disperse'), empty, lazy, full };
}

export const kibibytesEach = (bytes: number, streams: number): number => bytes / streams / 1024;
