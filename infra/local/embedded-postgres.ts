// PostgreSQL from npm, in a directory of its own: for `npm start`, and for tests where no server runs. It outlives its
// starter's Ctrl-C, because what stands on it must stop first.
import { dirname, resolve } from 'node:path';
import type pg from 'pg';
import { EMBEDDED_DATABASE_URL } from '../settings/both-apps.ts';
import type { Part } from './child.ts';
import { demandFreePorts, freePort, type WantedPort } from './ports.ts';
import { accountFor, demandAccess } from './postgres-account.ts';
import { createCluster } from './postgres-cluster.ts';
import { stopLeftover } from './postgres-leftover.ts';
import { findPrograms } from './postgres-programs.ts';
import { connected, launch, tailOf } from './postgres-server.ts';
import { Problem } from './problem.ts';

export interface EmbeddedPostgres extends Part {
  /** Its owner's, to a database named `weir`. */
  readonly url: string;
}

export interface EmbeddedPostgresOptions {
  /** Its parent must exist. The server's log goes to a file beside it, `<directory>.log`. */
  readonly directory: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Aborted while it starts: it goes away, and the start rejects. */
  readonly stopping?: AbortSignal;
  /** Aborted at any time: it goes at once, and mends its files the next time. */
  readonly killing?: AbortSignal;
}

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { stopping, killing } = options;
  const port = options.port === 0 ? await freePort() : options.port;
  const directory = resolve(options.directory);
  const url = embeddedUrl(port);
  const account = accountFor(directory);
  demandAccess(dirname(directory), account);
  const { initdb, postgres } = await findPrograms(directory, account);
  await createCluster({ directory, account, initdb, user: url.username, password: url.password, stopping });
  await stopLeftover(directory, url, stopping);
  await demandFreePorts([embeddedPort(port)]);
  const log = `${directory}.log`;
  const server = await launch({ postgres, directory, port, account, log, killing });
  try {
    await createDatabase(await connected(server, maintenanceUrl(url), stopping), url.pathname.slice(1));
  } catch (error) {
    await server.stop();
    if (stopping?.aborted) throw error;
    throw new Problem([await tailOf(log), (error as Error).message, `All that PostgreSQL said is in ${log}.`]);
  }
  return { ...server, url: url.href };
}

export function embeddedUrl(port: number): URL {
  const url = new URL(EMBEDDED_DATABASE_URL);
  url.port = String(port);
  return url;
}

export const embeddedPort = (port: number): WantedPort => ({
  host: '127.0.0.1',
  port,
  holder: 'npm start in another directory',
  env: 'POSTGRES_PORT',
});

function maintenanceUrl(url: URL): URL {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  return maintenance;
}

async function createDatabase(client: pg.Client, name: string): Promise<void> {
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
