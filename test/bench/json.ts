// Answers that are no streams: what one costs while many ask, and how long one takes while nobody else does.
import type { Sample, Scenario } from './scenario.ts';
import { measureTraffic } from './streams.ts';

const ALONE = 0.25;

export const json: Scenario = {
  name: 'json',
  summary: '50 clients, answers that are no streams; then one client alone',
  rounds: 3,
  targets: ['gateway', 'pipe', 'net', 'nginx'],
  figures: [
    { label: 'CPU a request', measure: 'cpuUsARequest', unit: 'µs', as: 'ratio' },
    { label: 'requests a second', measure: 'requestsPerSecond', unit: '/s', as: 'ratio', wall: true },
    { label: 'one alone, p50', measure: 'aloneP50', unit: 'ms', as: 'added', wall: true },
    { label: 'one alone, p99', measure: 'aloneP99', unit: 'ms', as: 'added', wall: true },
  ],
  async measure(place, name, turn): Promise<Sample> {
    const asked = { ...turn, kind: 'json', frames: 1 } as const;
    const many = await measureTraffic(place, name, { ...asked, clients: 50 });
    const one = await measureTraffic(place, name, { ...asked, clients: 1, seconds: turn.seconds * ALONE });
    return { ...many, aloneP50: one['wholeP50'] ?? Number.NaN, aloneP99: one['wholeP99'] ?? Number.NaN };
  },
};
