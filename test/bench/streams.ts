// Streams as they are: paced as a model speaks, short ones that come at once, and long ones as fast as they go.
import { cpuMsOf } from './cpu-time.ts';
import type { Place } from './place.ts';
import type { Sample, Scenario, Turn } from './scenario.ts';
import type { TargetName } from './targets.ts';
import type { Outcome, Traffic } from './traffic.ts';
import { takeTurn } from './turn.ts';

const BESIDE = ['gateway', 'pipe', 'net', 'nginx'] as const;

export const paced: Scenario = {
  name: 'paced',
  summary: '100 streams of up to 200 frames, 50 frames a second each',
  rounds: 5,
  targets: BESIDE,
  figures: [
    { label: 'CPU a frame', measure: 'cpuUsAFrame', unit: 'µs', as: 'ratio', atMost: 1.0 },
    { label: 'first byte, p50', measure: 'firstByteP50', unit: 'ms', as: 'added', atMost: 1, wall: true },
    { label: 'first byte, p99', measure: 'firstByteP99', unit: 'ms', as: 'added', atMost: 5, wall: true },
    { label: 'a frame, p50', measure: 'delayP50', unit: 'ms', as: 'added', wall: true },
    { label: 'a frame, p99', measure: 'delayP99', unit: 'ms', as: 'added', wall: true },
  ],
  measure: (place, name, turn) => measureTraffic(place, name, { ...turn, kind: 'paced', frames: 200, clients: 100 }),
};

export const burst: Scenario = {
  name: 'burst',
  summary: '50 clients, streams of 50 frames that come at once',
  rounds: 5,
  targets: [...BESIDE, 'talkative'],
  figures: [
    { label: 'CPU a request', measure: 'cpuUsARequest', unit: 'µs', as: 'ratio', atMost: 1.25 },
    { label: 'requests a second', measure: 'requestsPerSecond', unit: '/s', as: 'ratio', wall: true },
    { label: 'CPU, LOG_LEVEL=info', measure: 'cpuUsARequest', unit: 'µs', as: 'ratio', of: 'talkative', to: 'gateway' },
  ],
  measure: (place, name, turn) => measureTraffic(place, name, { ...turn, kind: 'once', frames: 50, clients: 50 }),
};

export const flood: Scenario = {
  name: 'flood',
  summary: '10 clients, streams of 5000 frames as fast as they go',
  rounds: 5,
  targets: BESIDE,
  figures: [
    { label: 'CPU a frame', measure: 'cpuUsAFrame', unit: 'µs', as: 'ratio', atMost: 0.8 },
    { label: 'frames a second', measure: 'framesPerSecond', unit: '/s', as: 'ratio', wall: true },
  ],
  measure: (place, name, turn) => measureTraffic(place, name, { ...turn, kind: 'once', frames: 5000, clients: 10 }),
};

export const alone: Scenario = {
  name: 'alone',
  summary: 'one client alone, streams of 50 frames that come at once',
  rounds: 5,
  targets: BESIDE,
  figures: [
    { label: 'first byte, p50', measure: 'firstByteP50', unit: 'ms', as: 'added', atMost: 0.4, wall: true },
    { label: 'first byte, p99', measure: 'firstByteP99', unit: 'ms', as: 'added', wall: true },
    { label: 'all of it, p50', measure: 'wholeP50', unit: 'ms', as: 'added', wall: true },
  ],
  measure: (place, name, turn) => measureTraffic(place, name, { ...turn, kind: 'once', frames: 50, clients: 1 }),
};

type Asked = Omit<Traffic, 'url'> & Turn;

export async function measureTraffic(place: Place, name: TargetName, { warming: _, ...asked }: Asked): Promise<Sample> {
  const target = await place.target(name);
  const { cpuUs, ...outcome } = await takeTurn(place, name, async () => {
    const before = cpuMsOf(target.pid);
    const seen = await place.load.tell<Outcome>('traffic', { ...asked, url: target.url });
    return { ...seen, cpuUs: (cpuMsOf(target.pid) - before) * 1000 };
  });
  const seconds = outcome.wallMs / 1000;
  return {
    cpuUsAFrame: cpuUs / outcome.frames,
    cpuUsARequest: cpuUs / outcome.requests,
    framesPerSecond: outcome.frames / seconds,
    requestsPerSecond: outcome.requests / seconds,
    firstByteP50: outcome.firstByteMs.p50,
    firstByteP99: outcome.firstByteMs.p99,
    wholeP50: outcome.wholeMs.p50,
    wholeP99: outcome.wholeMs.p99,
    delayP50: outcome.delayMs.p50,
    delayP99: outcome.delayMs.p99,
  };
}
