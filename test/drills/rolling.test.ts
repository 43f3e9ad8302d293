// Two gateways behind the real nginx, restarted one after the other, as every deployment does: no client notices.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { freePort } from '../../infra/local/ports.ts';
import { createClients } from '../support/clients.ts';
import { type Gateway, type Installation, openInstallation } from '../support/installation.ts';
import { NO_DATABASE, NO_REDIS } from '../support/queue-servers.ts';
import { type Nginx, nginxMissing, startNginx } from './nginx.ts';
import { expectOneRowEach } from './one-row-each.ts';

jest.setTimeout(120_000);

const STREAMS = 200;
const EVERY_MS = 10;
const TELLING = { SHUTDOWN_GRACE_MS: '1000' };

const missing = nginxMissing ?? (NO_DATABASE || NO_REDIS ? 'it needs Redis and Postgres' : undefined);
const name = missing === undefined ? 'a rolling restart' : `a rolling restart (SKIPPED: ${missing})`;

(missing === undefined ? describe : describe.skip)(name, () => {
  let installation: Installation;
  let ports: readonly string[];
  let gateways: readonly Gateway[];
  let front: Nginx;

  beforeAll(async () => {
    installation = await openInstallation({ queueOn: 'Redis', env: TELLING });
    ports = [String(await freePort()), String(await freePort())];
    gateways = await Promise.all(ports.map((PORT) => installation.startGateway({ env: { PORT } })));
    front = await startNginx({ gateways: gateways.map(({ url }) => url) });
  });

  afterAll(async () => {
    await front.stop();
    await installation.close();
  });

  test('behind nginx breaks no stream, refuses nobody, and every row is ok', async () => {
    const clients = createClients();
    const { url } = front;
    const long = clients.crowd(STREAMS, { url, behaviour: 'reads all', tokens: 100, everyMs: 100 });
    await installation.untilAsked(clients.name, STREAMS);
    const coming = comeEvery(EVERY_MS, () => clients.visit({ url, tokens: 3, everyMs: 5 }));
    for (const [at, { process }] of gateways.entries()) {
      process.signal('SIGTERM');
      expect(await process.ended).toMatchObject({ code: 0 });
      await installation.startGateway({ env: { PORT: ports[at] ?? '' } });
    }
    await long;
    await clients.crowd(20, { url, behaviour: 'reads all', tokens: 20 }); // whoever came last has its share
    await coming.stop();

    expect(clients.visits.filter(({ saw }) => saw !== 'all')).toEqual([]);
    expect(clients.visits.length).toBeGreaterThan(2 * STREAMS);
    const rows = await expectOneRowEach(installation, clients);
    expect(rows.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(new Set(rows.map(({ gateway }) => gateway)).size).toBe(4);
  });
});

/** A client more with each tick, whether those before it are served yet or not. */
function comeEvery(ms: number, come: () => Promise<unknown>): { stop(): Promise<void> } {
  const visits: Promise<unknown>[] = [];
  let open = true;
  const walking = (async () => {
    for (; open; await pause(ms)) visits.push(come());
  })();
  const stop = async () => {
    open = false;
    await walking;
    await Promise.all(visits);
  };
  return { stop };
}
