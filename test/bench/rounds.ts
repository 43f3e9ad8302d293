// A scenario → what its targets measured, turn by turn: each is warmed up, then they alternate, so that whatever else
// the machine does in the meantime meets all of them.
import { hasNginx } from './nginx.ts';
import type { Place } from './place.ts';
import type { Sample, Samples, Scenario } from './scenario.ts';
import type { TargetName } from './targets.ts';

export interface Plan {
  /** Unsaid, each scenario takes its own. */
  readonly rounds: number | undefined;
  readonly seconds: number;
  /** Without those who are only compared: nginx, the raw pipe, and the gateway that logs. */
  readonly short: boolean;
  readonly say: (line: string) => void;
}

// All of it was rehearsed before: this is for what is particular to the scenario.
const LONGEST_WARMING_S = 3;

const COMPARED: readonly TargetName[] = ['talkative', 'net'];

export async function runRounds(scenario: Scenario, place: Place, plan: Plan): Promise<Samples> {
  const { rounds = scenario.rounds, seconds, say } = plan;
  const targets = scenario.targets.filter((name) => isWanted(name, plan));
  const samples: Partial<Record<TargetName, Sample[]>> = {};
  for (const name of targets) {
    say(`${scenario.name}: warming ${name}`);
    await scenario.measure(place, name, { seconds: Math.min(seconds / 2, LONGEST_WARMING_S), warming: true });
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of targets) {
      say(`${scenario.name}: round ${round} of ${rounds}, ${name}`);
      const sample = await scenario.measure(place, name, { seconds, warming: false });
      samples[name] = [...(samples[name] ?? []), sample];
    }
  }
  return samples;
}

function isWanted(name: TargetName, { short }: Plan): boolean {
  if (name === 'nginx') return !short && hasNginx();
  return !short || !COMPARED.includes(name);
}
