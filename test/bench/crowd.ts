// Thousands of slow streams at once: what each of them takes in memory, and how much of that is given back. Garbage is
// collected by force before they come, while they are there and when they are gone, so that nobody's laziness is measured;
// and once they are looked at as they are.
import { setTimeout as pause } from 'node:timers/promises';
import type { Place } from './place.ts';
import type { Program } from './program.ts';
import type { Sample, Scenario } from './scenario.ts';

const STREAMS = 3000;
const KIB = 1024;
// Kept connections to the provider are closed by then.
const IDLE_MS = 6000;
const COLLECTS = ['--expose-gc', '--import', new URL('./collect-garbage.ts', import.meta.url).href];

export const crowd: Scenario = {
  name: 'crowd',
  summary: `${STREAMS} open streams, one frame a second each`,
  targets: ['gateway', 'pipe'],
  figures: [
    { label: 'memory a stream', measure: 'rssKiB', unit: 'KiB', as: 'ratio', atMost: 1.1 },
    { label: 'with its garbage', measure: 'lazyKiB', unit: 'KiB', as: 'ratio' },
    { label: 'given back', measure: 'givenBack', unit: '%', as: 'own' },
    { label: 'given back by the pipe', measure: 'givenBack', unit: '%', as: 'own', of: 'pipe' },
  ],
  /** On a process of its own, which has next to no past. */
  async measure(place, name, { seconds, warming }): Promise<Sample> {
    if (warming) return {};
    const program = await place.startAnother(name === 'gateway' ? 'gateway' : 'pipe', COLLECTS);
    const metered = (requests: number) => (name === 'gateway' ? place.books.note(requests) : Promise.resolve());
    const sample = await fillAndEmpty(place, program, { seconds, metered });
    await program.stop();
    return sample;
  },
};

interface Filling {
  readonly seconds: number;
  readonly metered: (requests: number) => Promise<void>;
}

async function fillAndEmpty({ load, provider }: Place, program: Program, filling: Filling): Promise<Sample> {
  const empty = await program.tell<number>('collect');
  await load.tell('gather', { url: program.url, clients: STREAMS });
  await pause(filling.seconds * 1000);
  const lazy = await program.tell<number>('look');
  const full = await program.tell<number>('collect');
  await provider.tell('closeSlow');
  await filling.metered(await load.tell<number>('disperse'));
  await pause(IDLE_MS);
  const after = await program.tell<number>('collect');
  const aStream = (bytes: number) => (bytes - empty) / STREAMS / KIB;
  return { rssKiB: aStream(full), lazyKiB: aStream(lazy), givenBack: (100 * (full - after)) / (full - empty) };
}
