// How cost grows with the number of open streams: of a frame, of one more stream's first byte, and of memory.
import { setTimeout as pause } from 'node:timers/promises';
import { cpuMsOf } from './cpu-time.ts';
import type { Gathering } from './crowd-of-callers.ts';
import type { Place } from './place.ts';
import type { Program } from './program.ts';
import { fill, kibibytesEach, startFresh } from './resident.ts';
import type { Figure, Sample, Scenario, Turn } from './scenario.ts';
import type { TargetName } from './targets.ts';
import type { Outcome, Traffic } from './traffic.ts';
import { takeTurn } from './turn.ts';

interface Step {
  readonly streams: number;
  readonly kind: 'steady' | 'sparse';
  readonly label: string;
}

// A thousand are sparse, with as many frames a second as a hundred that are not: two cores carry them.
const STEPS: readonly Step[] = [
  { streams: 1, kind: 'steady', label: '1 stream' },
  { streams: 10, kind: 'steady', label: '10 streams' },
  { streams: 100, kind: 'steady', label: '100 streams' },
  { streams: 1000, kind: 'sparse', label: '1,000 at 5/s' },
];

// Of a turn, for each of them.
const SHARE = 0.5;

// What fewer take is lost in what a process takes and gives back by itself.
const WEIGHED = 1000;

export const growth: Scenario = {
  name: 'growth',
  summary: '1 to 1,000 open streams, 50 frames a second each; 1,000 at 5 a second',
  rounds: 3,
  targets: ['gateway', 'pipe'],
  figures: [
    ...STEPS.map(cpuFigure),
    ...STEPS.map(firstByteFigure),
    { label: 'memory a stream, 1,000', measure: 'rssKiB', unit: 'KiB', as: 'ratio' },
  ],
  async measure(place, name, turn) {
    const samples = turn.warming ? [] : [await weigh(place, name)];
    for (const step of STEPS) samples.push(await measureOpen(place, name, { ...turn, ...step }));
    return Object.assign({}, ...samples);
  },
};

function cpuFigure({ streams, label }: Step): Figure {
  return { label: `CPU a frame, ${label}`, measure: `cpuUsAFrame${streams}`, unit: 'µs', as: 'ratio' };
}

function firstByteFigure({ streams, label }: Step): Figure {
  return { label: `first byte, ${label}`, measure: `firstByteMs${streams}`, unit: 'ms', as: 'added', wall: true };
}

/** Of a process of its own: one that has carried other streams has room for these already. */
async function weigh(place: Place, name: TargetName): Promise<Sample> {
  const program = await startFresh(place, name);
  const { empty, full } = await takeTurn(place, name, () => fill(place, program, { streams: WEIGHED, seconds: 1 }));
  await program.stop();
  return { rssKiB: kibibytesEach(full - empty, WEIGHED) };
}

// Few enough that streams do not begin, and then speak, in step.
const AT_ONCE = 2;
// The garbage of so many beginnings is collected by then.
const SETTLING_MS = 1000;
const ONE_MORE: Omit<Traffic, 'url'> = { kind: 'once', frames: 10, clients: 1, seconds: 1 };

async function measureOpen(place: Place, name: TargetName, { streams, kind, seconds }: Step & Turn): Promise<Sample> {
  const { load, provider } = place;
  const { url, pid } = await place.target(name);
  const { cpuUs, more } = await takeTurn(place, name, async () => {
    await load.tell('gather', { url, kind, clients: streams, atOnce: AT_ONCE } satisfies Gathering);
    await pause(SETTLING_MS);
    const cpuUs = await cpuUsAFrame(provider, pid, seconds * SHARE);
    const more = await load.tell<Outcome>('traffic', { ...ONE_MORE, url });
    await provider.tell('close');
    return { requests: more.requests + (await load.tell<number>('disperse')), cpuUs, more };
  });
  return { [`cpuUsAFrame${streams}`]: cpuUs, [`firstByteMs${streams}`]: more.firstByteMs.p50 };
}

async function cpuUsAFrame(provider: Program, pid: number, seconds: number): Promise<number> {
  const sentBefore = await provider.tell<number>('sent');
  const cpuBefore = cpuMsOf(pid);
  await pause(seconds * 1000);
  const cpuMs = cpuMsOf(pid) - cpuBefore;
  return (cpuMs * 1000) / ((await provider.tell<number>('sent')) - sentBefore);
}
