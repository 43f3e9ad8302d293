// Who stands between the clients and the provider. Each is started when it is first asked for, and rehearsed.
import type { Leaving } from './leaving.ts';
import { startNginx } from './nginx.ts';
import type { Program, Target, Wish } from './program.ts';

/** Also two more gateways: one that logs a line a request, and one that bears no stalling for long. */
export type TargetName = 'gateway' | 'talkative' | 'impatient' | 'pipe' | 'nginx' | 'worker';

export interface Targets {
  target(name: TargetName): Promise<Target>;
  /** One more, rehearsed too, with these arguments of Node's own; its caller's to stop. */
  startAnother(name: 'gateway' | 'pipe', nodeArgs: readonly string[]): Promise<Program>;
}

/** Whose requests leave rows. */
export const isMetered = (name: TargetName) => ['gateway', 'talkative', 'impatient'].includes(name);

interface Around {
  readonly start: (program: URL, wish: Wish) => Promise<Program>;
  /** Has it asked so often that it is as fast as it will be. */
  readonly rehearse: (name: TargetName, target: Target) => Promise<void>;
  readonly worker: Program;
  readonly providerUrl: string;
  /** Of every gateway. */
  readonly env: Readonly<Record<string, string>>;
  /** Node's own, of the gateway that is measured most. */
  readonly nodeArgs: readonly string[];
  readonly directory: string;
  readonly leaving: Leaving;
}

const PIPE = new URL('./pipe.ts', import.meta.url);
const GATEWAY = new URL('../../apps/gateway/src/main.ts', import.meta.url);

// Soon enough to be waited for.
const SHORT_STALL = { CLIENT_STALL_MS: '3000' };

export function createTargets(around: Around): Targets {
  const { start, rehearse, worker, providerUrl, nodeArgs, directory, leaving } = around;
  const startGateway = ({ env, nodeArgs: own = [] }: Wish) =>
    start(GATEWAY, { env: { ...around.env, ...env }, nodeArgs: own });
  const startPipe = (wish: Wish) => start(PIPE, { env: { UPSTREAM_URL: providerUrl }, ...wish });
  const beginnings: Record<TargetName, () => Promise<Target>> = {
    gateway: () => startGateway({ nodeArgs }),
    talkative: () => startGateway({ env: { LOG_LEVEL: 'info' } }),
    impatient: () => startGateway({ env: SHORT_STALL }),
    pipe: () => startPipe({}),
    nginx: () => startNginx({ directory, upstream: providerUrl, leaving }),
    worker: async () => worker,
  };
  const target = once(async (name) => {
    const begun = await beginnings[name]();
    if (name !== 'worker') await rehearse(name, begun);
    return begun;
  });
  const startAnother: Targets['startAnother'] = async (name, own) => {
    const begun = await (name === 'gateway' ? startGateway({ nodeArgs: own }) : startPipe({ nodeArgs: own }));
    await rehearse(name, begun);
    return begun;
  };
  return { target, startAnother };
}

function once(begin: (name: TargetName) => Promise<Target>): (name: TargetName) => Promise<Target> {
  const standing = new Map<TargetName, Promise<Target>>();
  return (name) => {
    const one = standing.get(name) ?? begin(name);
    standing.set(name, one);
    return one;
  };
}
