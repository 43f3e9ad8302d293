// The data directory, made once: whole, or not at all.
import { existsSync } from 'node:fs';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endedWell, inWords, runToEnd } from './child.ts';
import type { Account } from './postgres-account.ts';
import { Problem } from './problem.ts';

export interface Cluster {
  readonly directory: string;
  readonly account: Account | undefined;
  readonly initdb: string;
  readonly user: string;
  readonly password: string;
  readonly stopping: AbortSignal | undefined;
}

export async function createCluster(cluster: Cluster): Promise<void> {
  const { directory, account, password } = cluster;
  if (existsSync(join(directory, 'PG_VERSION'))) return;
  const fresh = `${directory}.new`;
  const passwordFile = `${directory}.password`;
  const both = [fresh, passwordFile];
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (account !== undefined) await Promise.all(both.map((path) => chown(path, account.uid, account.gid)));
    await initialise(cluster, ['--pgdata', fresh, '--pwfile', passwordFile]);
    await rename(fresh, directory);
  } finally {
    await Promise.all(both.map((path) => rm(path, { recursive: true, force: true })));
  }
}

async function initialise({ initdb, user, account, stopping }: Cluster, paths: readonly string[]): Promise<void> {
  const flags = ['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-instructions'];
  const { ending, output } = await runToEnd(initdb, ['--username', user, ...paths, ...flags], {
    ...account,
    env: { ...process.env, LC_ALL: 'C' },
    ...(stopping && { signal: stopping }),
  });
  stopping?.throwIfAborted();
  if (endedWell(ending)) return;
  throw new Problem([
    output.trim(),
    `PostgreSQL could not make its data directory: initdb ${inWords(ending)}.`,
    'A database of your own serves as well: set DATABASE_URL.',
  ]);
}
