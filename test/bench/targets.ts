// Who stands between the clients and the provider. Each is started when it is first asked for, and rehearsed.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Leaving } from './leaving.ts';
import { startNginx } from './nginx.ts';
import type { Program, ProgramOptions, Target } from './program.ts';

/**
 * Also four more gateways: one of another checkout, one that logs a line a request, one that bears no stalling for long,
 * and two on one port.
 */
export type TargetName =
  | 'gateway'
  | 'against'
  | 'talkative'
  | 'impatient'
  | 'pair'
  | 'pipe'
  | 'net'
  | 'nginx'
  | 'worker';

export interface Targets {
  target(name: TargetName): Promise<Target>;
  /** One more, hardly rehearsed, with these arguments of Node's own; its caller's to stop. */
  startAnother(name: 'gateway' | 'pipe', nodeArgs: readonly string[]): Promise<Program>;
}

/** Whose requests leave rows. */
export const isMetered = (name: TargetName) => ['gateway', 'against', 'talkative', 'impatient', 'pair'].includes(name);

interface TargetsDeps {
  readonly start: (program: URL, options: ProgramOptions) => Promise<Program>;
  /** Has it asked so often. */
  readonly rehearse: (name: TargetName, target: Target, requests: number) => Promise<unknown>;
  /** How often a process is asked until it is as fast as it will be. */
  readonly rehearsed: number;
  readonly worker: Program;
  readonly providerUrl: string;
  /** Of every gateway. */
  readonly env: Readonly<Record<string, string>>;
  /** Node's own, of the gateway that is measured most. */
  readonly nodeArgs: readonly string[];
  /** Another checkout, whose gateway is measured too. */
  readonly against: string | undefined;
  readonly directory: string;
  readonly leaving: Leaving;
}

const PIPE = new URL('./pipe.ts', import.meta.url);
const NET_PIPE = new URL('./net-pipe.ts', import.meta.url);
const ROOT = new URL('../../', import.meta.url);

/** Of the checkout that lies there. */
export const gatewayIn = (root: URL): URL => new URL('apps/gateway/src/main.ts', root);

// Soon enough to be waited for.
const SHORT_STALL = { CLIENT_STALL_MS: '3000' };
const PROCESSES = 2;
// Enough to have everything loaded that is ever needed.
const HARDLY = 2000;

export function createTargets(deps: TargetsDeps): Targets {
  const { start, rehearse, rehearsed, worker, providerUrl, nodeArgs, against, directory, leaving } = deps;
  const startGateway = ({ env, nodeArgs: own = [] }: ProgramOptions, root = ROOT) =>
    start(gatewayIn(root), { env: { ...deps.env, ...env }, nodeArgs: own });
  const startPipe = (options: ProgramOptions, program = PIPE) =>
    start(program, { env: { UPSTREAM_URL: providerUrl }, ...options });
  const beginnings: Record<TargetName, () => Promise<Target>> = {
    gateway: () => startGateway({ nodeArgs }),
    against: () => startGateway({ env: { SPOOL_DIR: join(directory, 'spool-against') } }, pathToFileURL(`${against}/`)),
    talkative: () => startGateway({ env: { LOG_LEVEL: 'info' } }),
    impatient: () => startGateway({ env: SHORT_STALL }),
    pair: () => startGateway({ env: { WEB_CONCURRENCY: String(PROCESSES) } }),
    pipe: () => startPipe({}),
    net: () => startPipe({}, NET_PIPE),
    nginx: () => startNginx({ directory, upstream: providerUrl, leaving }),
    worker: async () => worker,
  };
  const target = once(async (name) => {
    const begun = await beginnings[name]();
    if (name !== 'worker') await rehearse(name, begun, name === 'pair' ? PROCESSES * rehearsed : rehearsed);
    return begun;
  });
  const startAnother: Targets['startAnother'] = async (name, own) => {
    const begun = await (name === 'gateway' ? startGateway({ nodeArgs: own }) : startPipe({ nodeArgs: own }));
    await rehearse(name, begun, HARDLY);
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
