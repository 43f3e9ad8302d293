// The gateways and workers of a soak, two of each: whoever is killed or told to stop is followed by another, a gateway by
// one on the same spool.
import { setTimeout as pause } from 'node:timers/promises';
import { type Gateway, type Installation, killed } from '../../support/installation.ts';
import type { Launched } from '../../support/processes.ts';
import type { Step } from './sequence.ts';

type WhichOne = Pick<Step, 'which' | 'holdMs'>;

export interface Crew {
  /** Those that take requests: never none. */
  readonly gateways: readonly Gateway[];
  readonly lost: readonly Gateway[];
  readonly spools: readonly string[];
  killGateway(one: WhichOne): Promise<void>;
  /** SIGTERM: it finishes what it has, and must end with 0. */
  rollGateway(one: WhichOne): Promise<void>;
  killWorker(one: WhichOne): Promise<void>;
  /** While this is done nobody is killed or told to stop. */
  atRest(act: () => Promise<void>): Promise<void>;
}

export async function hireCrew(installation: Installation): Promise<Crew> {
  const gateways: Gateway[] = [installation.gateway, await installation.startGateway()];
  const workers: Launched[] = [installation.worker, await installation.startWorker()];
  const lost: Gateway[] = [];
  const serving = new Set(gateways);
  let last = Promise.resolve();

  /** One after another, each once the one before has succeeded or failed. */
  function inTurn(act: () => Promise<void>): Promise<void> {
    const done = last.then(act);
    last = done.catch(() => undefined);
    return done;
  }

  /** Takes its place in the crew when it serves. */
  async function replace(gateway: Gateway): Promise<void> {
    const next = await installation.startGateway({ env: { SPOOL_DIR: gateway.spool } });
    gateways[gateways.indexOf(gateway)] = next;
    serving.add(next);
  }

  async function killGateway({ which, holdMs }: WhichOne): Promise<void> {
    const gateway = gateways[which] as Gateway;
    serving.delete(gateway);
    lost.push(gateway);
    await killed(gateway.process);
    await pause(holdMs);
    await replace(gateway);
  }

  async function rollGateway({ which }: WhichOne): Promise<void> {
    const gateway = gateways[which] as Gateway;
    serving.delete(gateway);
    await gateway.process.stop();
    await replace(gateway);
  }

  async function killWorker({ which, holdMs }: WhichOne): Promise<void> {
    await killed(workers[which] as Launched);
    await pause(holdMs);
    workers[which] = await installation.startWorker();
  }

  return {
    get gateways() {
      return [...serving];
    },
    lost,
    spools: gateways.map(({ spool }) => spool),
    killGateway: (which) => inTurn(() => killGateway(which)),
    rollGateway: (which) => inTurn(() => rollGateway(which)),
    killWorker: (which) => inTurn(() => killWorker(which)),
    atRest: inTurn,
  };
}
