// Workers under load: there is poison in their queue, and they are killed.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createClients } from '../support/clients.ts';
import { onEachQueue } from '../support/each-queue.ts';
import { type Installation, killed, openInstallation } from '../support/installation.ts';
import type { Launched } from '../support/processes.ts';
import { completion, deliver } from '../support/worker-completions.ts';
import { dyingAt } from './dying-at.ts';
import { expectOneRowEach } from './one-row-each.ts';
import { stepsOf } from './steps-of.ts';

jest.setTimeout(60_000);

const REAP = 'apps/worker/src/reaper/reap-gateway.ts';

onEachQueue((queueOn) => {
  let installation: Installation;
  let second: Launched;
  beforeAll(async () => {
    installation = await openInstallation({ queueOn });
    second = await installation.startWorker();
  });
  afterAll(() => installation.close());

  test('a poisoned completion among good ones is kept aside, and costs none of them its row', async () => {
    const clients = createClients();
    const coming = clients.keepComing(8, { url: installation.gateway.url });
    for (const _ of [1, 2, 3]) {
      await clients.crowd(4, { url: installation.gateway.url });
      await deliver(installation.home.queue, [
        completion({ version: 3 as never }),
        completion({ httpStatus: 2 ** 31 }),
      ]);
    }
    await coming.stop();
    await expectOneRowEach(installation, clients);
    expect(await installation.home.queue.getFailedCount()).toBe(6);
  });

  test('a worker that is killed under load leaves what it held to the other', async () => {
    const clients = createClients();
    const coming = clients.keepComing(16, { url: installation.gateway.url, tokens: 3, everyMs: 1 });
    await clients.crowd(12, { url: installation.gateway.url });
    await killed(installation.worker);
    await clients.crowd(12, { url: installation.gateway.url });
    await coming.stop();
    await expectOneRowEach(installation, clients);
  });

  test('workers that are killed at every step of the reaping leave one row for each lost request', async () => {
    const clients = createClients();
    const doomed = await installation.startGateway();
    const crowd = clients.crowd(5, { url: doomed.url, tokens: 1000 });
    await installation.untilAsked(clients.name, 5);
    await Promise.all([second, doomed.process].map(killed));
    await crowd;
    for (const step of stepsOf(REAP)) {
      const mortal = await installation.startWorker(dyingAt(REAP, step));
      expect(await mortal.ended).toMatchObject({ signal: 'SIGKILL' });
    }
    await Promise.all([installation.startWorker(), installation.startGatewayAfter(doomed)]);
    await expectOneRowEach(installation, clients, { lost: [doomed] });
  });
});
