// A Postgres server of a test's own, which may be stopped and started again without hurting anybody.

import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@weir/infra/embedded-postgres';

export interface OwnPostgres {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const root = await mkdtemp(join(tmpdir(), 'weir-test-'));
  await chmod(root, 0o755); // where root runs the tests, Postgres runs as somebody else
  const at = { directory: join(root, 'postgres'), port: await freePort() };
  let server = await startEmbeddedPostgres(at);
  const stop = async () => void (await server.stop());
  const start = async () => {
    server = await startEmbeddedPostgres(at);
  };
  const remove = async () => {
    await stop();
    await rm(root, { recursive: true, force: true });
  };
  return { url: server.url, stop, start, remove };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
