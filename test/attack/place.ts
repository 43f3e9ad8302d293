// An installation to be attacked: a bad provider beside the simulator, and gateways with little memory before both.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, type Installation, type LaunchOptions, openInstallation } from '../support/installation.ts';
import { startProcess } from '../support/processes.ts';

export interface Place {
  readonly installation: Installation;
  /** With little memory; models that begin with `hostile` are the bad provider's, all others the simulator's. */
  startGateway(options?: LaunchOptions): Promise<Gateway>;
  /** The x-request-ids of what the bad provider was asked. */
  askedBadly(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const LITTLE_MEMORY = ['--max-old-space-size=512'];

export async function openPlace(servers: Parameters<typeof openInstallation>[0]): Promise<Place> {
  const installation = await openInstallation(servers);
  const provider = await startProcess('test/attack/provider/main.ts');
  const directory = await mkdtemp(join(tmpdir(), 'weir-attacked-'));
  const config = join(directory, 'weir.yaml');
  await writeFile(
    config,
    `upstreams:
  hostile: { url: "${provider.url}" }
  simulator: { url: "${installation.upstreamUrl}" }
models:
  - { match: "hostile*", upstream: hostile }
  - { match: "*", upstream: simulator }`,
  );

  const startGateway = ({ env = {}, nodeArgs = [] }: LaunchOptions = {}) =>
    installation.startGateway({ env: { WEIR_CONFIG: config, ...env }, nodeArgs: [...LITTLE_MEMORY, ...nodeArgs] });

  const askedBadly = async () => (await (await fetch(new URL('/asked', provider.url))).json()) as readonly string[];

  async function close(): Promise<void> {
    provider.signal('SIGKILL');
    await provider.ended;
    await installation.close();
    await rm(directory, { recursive: true });
  }
  return { installation, startGateway, askedBadly, close };
}
