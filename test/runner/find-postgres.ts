// Finds a Postgres on which databases may be created: the one that is named, the usual one, or the embedded one.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@weir/infra/embedded-postgres';
import pg from 'pg';
import { type Found, missing, NONE, type Search } from './servers.ts';

const USUAL = '127.0.0.1:5432';

export async function findPostgres({ own, directory }: Search): Promise<Found> {
  const name = process.env['WEIR_TEST_DATABASE_URL'] ? 'WEIR_TEST_DATABASE_URL' : 'DATABASE_URL';
  const named = process.env[name];
  if (named === NONE) return missing(`${name} says so`);
  if (own) return await bring(directory);
  if (named) return await demand(name, named);
  return (await usual()) ?? (await bring(directory));
}

async function demand(name: string, url: string): Promise<Found> {
  const refusal = await refusalOf(url);
  if (refusal !== undefined) throw new Error(`${name} is of no use here: ${refusal}`);
  return { url, told: `${new URL(url).host}, from ${name}`, stop: async () => undefined };
}

async function usual(): Promise<Found | undefined> {
  for (const user of ['postgres', 'weir:weir', 'weir', userInfo().username]) {
    const url = `postgresql://${user}@${USUAL}/postgres`;
    if ((await refusalOf(url)) === undefined) return { url, told: USUAL, stop: async () => undefined };
  }
  return undefined;
}

/** Why no databases can be created there; undefined: they can. */
async function refusalOf(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const may = 'SELECT rolsuper OR rolcreatedb AS may FROM pg_roles WHERE rolname = current_user';
    const { rows } = await client.query<{ may: boolean }>(may);
    return rows[0]?.may ? undefined : 'its user may not create databases';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function bring(directory: string): Promise<Found> {
  try {
    const server = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), port: 0 });
    const stop = async () => void (await server.stop());
    return { url: server.url, told: `${new URL(server.url).host}, embedded, for this run`, stop };
  } catch (error) {
    return missing(`the embedded one does not start (${(error as Error).message})`);
  }
}
