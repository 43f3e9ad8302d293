// The burst once more, at two gateway processes on one port, beside one.
import type { Scenario } from './scenario.ts';
import { burst } from './streams.ts';

const BESIDE_ONE = { of: 'pair', to: 'gateway', as: 'ratio' } as const;

export const cores: Scenario = {
  name: 'cores',
  summary: 'the burst, at WEB_CONCURRENCY=2 beside one process',
  rounds: 3,
  targets: ['pair', 'gateway'],
  figures: [
    { label: 'CPU a request', measure: 'cpuUsARequest', unit: 'µs', ...BESIDE_ONE },
    { label: 'requests a second', measure: 'requestsPerSecond', unit: '/s', wall: true, ...BESIDE_ONE },
  ],
  measure: burst.measure,
};
