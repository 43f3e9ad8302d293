// Two gateways behind the real nginx, restarted one after the other, as every deployment does: no customer notices.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { freePort } from '../../infra/local/ports.ts';
import { welcomeCustomers } from '../support/customers.ts';
import { type Gateway, type House, openHouse } from '../support/house.ts';
import { NO_DATABASE, NO_REDIS } from '../support/queue-homes.ts';
import { type Nginx, nginxMissing, startNginx } from './nginx.ts';
import { reckon } from './reckoning.ts';

jest.setTimeout(120_000);

const STREAMS = 200;
const EVERY_MS = 10;
const TELLING = { SHUTDOWN_GRACE_MS: '1000' };

const missing = nginxMissing ?? (NO_DATABASE || NO_REDIS ? 'it needs Redis and Postgres' : undefined);
const name = missing === undefined ? 'a rolling restart' : `a rolling restart (SKIPPED: ${missing})`;

(missing === undefined ? describe : describe.skip)(name, () => {
  let house: House;
  let ports: readonly string[];
  let gateways: readonly Gateway[];
  let front: Nginx;

  beforeAll(async () => {
    house = await openHouse({ queueOn: 'Redis', env: TELLING });
    ports = [String(await freePort()), String(await freePort())];
    gateways = await Promise.all(ports.map((PORT) => house.startGateway({ env: { PORT } })));
    front = await startNginx({ gateways: gateways.map(({ url }) => url) });
  });

  afterAll(async () => {
    await front.stop();
    await house.close();
  });

  test('behind nginx breaks no stream, refuses nobody, and every row is ok', async () => {
    const customers = welcomeCustomers();
    const { url } = front;
    const long = customers.crowd(STREAMS, { url, manner: 'reads all', tokens: 100, everyMs: 100 });
    await house.untilAsked(customers.name, STREAMS);
    const coming = comeEvery(EVERY_MS, () => customers.visit({ url, tokens: 3, everyMs: 5 }));
    for (const [at, { process }] of gateways.entries()) {
      process.signal('SIGTERM');
      expect(await process.ended).toMatchObject({ code: 0 });
      await house.startGateway({ env: { PORT: ports[at] ?? '' } });
    }
    await long;
    await customers.crowd(20, { url, manner: 'reads all', tokens: 20 }); // whoever came last has its share
    await coming.stop();

    expect(customers.visits.filter(({ saw }) => saw !== 'all')).toEqual([]);
    expect(customers.visits.length).toBeGreaterThan(2 * STREAMS);
    const rows = await reckon(house, customers);
    expect(rows.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(new Set(rows.map(({ gateway }) => gateway)).size).toBe(4);
  });
});

/** A customer more with each tick, whether those before it are served yet or not. */
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
