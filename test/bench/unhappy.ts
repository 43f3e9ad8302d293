// Clients who leave and clients who stall: what the frames cost that are read on for them, which nobody gets.
import { cpuMsOf } from './cpu-time.ts';
import type { Place } from './place.ts';
import type { Sample, Scenario, Turn } from './scenario.ts';
import type { TargetName } from './targets.ts';
import { takeTurn } from './turn.ts';
import type { Unhappiness } from './unhappy-callers.ts';

const CLIENTS = 50;
const FEW = 10;

export const unhappy: Scenario = {
  name: 'unhappy',
  summary: `${CLIENTS} clients, half of whom leave and a tenth stall; one row for each all the same`,
  rounds: 3,
  targets: ['impatient'],
  figures: [
    { label: 'CPU a frame', measure: 'cpuUsAFrame', unit: 'µs', as: 'own', of: 'impatient' },
    { label: 'not seen by a client', measure: 'unseen', unit: '%', as: 'own', of: 'impatient' },
  ],
  measure: visited,
};

async function visited(place: Place, name: TargetName, { warming }: Turn): Promise<Sample> {
  const { load, books, home } = place;
  const gateway = await place.target(name);
  const clients = warming ? FEW : CLIENTS;
  const framesOf = async () =>
    (await home.query('SELECT sum(frames)::int AS read, sum(frames_delivered)::int AS seen FROM completions'))[0] ?? {};
  const before = await framesOf();
  const { cpuMs } = await takeTurn(place, name, async () => {
    const cpuBefore = cpuMsOf(gateway.pid);
    await load.tell('unhappy', { url: gateway.url, clients } satisfies Unhappiness);
    await books.queued(clients);
    await load.tell('dismiss');
    return { requests: clients, cpuMs: cpuMsOf(gateway.pid) - cpuBefore };
  });
  const after = await framesOf();
  const grown = (column: string) => Number(after[column]) - Number(before[column]);
  const frames = grown('read');
  return { cpuUsAFrame: (cpuMs * 1000) / frames, unseen: 100 * (1 - grown('seen') / frames) };
}
