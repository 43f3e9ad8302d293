// Thousands of slow streams at once: what each of them takes in memory, and how much of that is given back.
import { setTimeout as pause } from 'node:timers/promises';
import { fill, kibibytesEach, startFresh } from './resident.ts';
import type { Scenario } from './scenario.ts';
import { takeTurn } from './turn.ts';

const STREAMS = 3000;
// Kept connections to the provider are closed by then.
const IDLE_MS = 6000;

export const crowd: Scenario = {
  name: 'crowd',
  summary: `${STREAMS} open streams, one frame a second each`,
  rounds: 3,
  targets: ['gateway', 'pipe'],
  figures: [
    { label: 'memory a stream', measure: 'rssKiB', unit: 'KiB', as: 'ratio', atMost: 1.1 },
    { label: 'with its garbage', measure: 'lazyKiB', unit: 'KiB', as: 'ratio' },
    { label: 'given back', measure: 'givenBack', unit: '%', as: 'own' },
    { label: 'given back by the pipe', measure: 'givenBack', unit: '%', as: 'own', of: 'pipe' },
  ],
  async measure(place, name, { seconds, warming }) {
    if (warming) return {};
    const program = await startFresh(place, name);
    const { empty, lazy, full } = await takeTurn(place, name, () =>
      fill(place, program, { streams: STREAMS, seconds }),
    );
    await pause(IDLE_MS);
    const after = await program.tell<number>('collect');
    await program.stop();
    return {
      rssKiB: kibibytesEach(full - empty, STREAMS),
      lazyKiB: kibibytesEach(lazy - empty, STREAMS),
      givenBack: (100 * (full - after)) / (full - empty),
    };
  },
};
