// The server that still runs on our data, because whoever started it was killed.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Stops it, if there is one, and the URL opens it: a process id alone may be anybody's by now. */
export async function stopLeftover(directory: string, url: URL, stopping: AbortSignal | undefined): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid');
  const [pid, , , port] = existsSync(pidFile) ? (await readFile(pidFile, 'utf8')).split('\n') : [];
  if (port === undefined || (await directoryServedAt(port, url)) !== directory) return;
  process.kill(Number(pid), 'SIGINT');
  // It removes the file last; the process itself may linger where nobody reaps orphans.
  while (existsSync(pidFile)) await sleep(20, undefined, { ...(stopping && { signal: stopping }) });
}

async function directoryServedAt(port: string, url: URL): Promise<string | undefined> {
  const address = new URL(url);
  address.port = port;
  address.pathname = '/postgres';
  const client = new pg.Client({ connectionString: address.href, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}
