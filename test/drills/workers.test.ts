// Workers under load: there is poison in their queue, and they are killed.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { welcomeCustomers } from '../support/customers.ts';
import { onEachQueue } from '../support/homes.ts';
import { type House, killed, openHouse } from '../support/house.ts';
import type { Launched } from '../support/processes.ts';
import { completion, deliver } from '../support/worker-completions.ts';
import { dyingAt } from './dying-at.ts';
import { reckon } from './reckoning.ts';
import { stepsOf } from './steps-of.ts';

jest.setTimeout(60_000);

const REAP = 'worker/src/reaper/reap-gateway.ts';

onEachQueue((queueOn) => {
  let house: House;
  let second: Launched;
  beforeAll(async () => {
    house = await openHouse({ queueOn });
    second = await house.startWorker();
  });
  afterAll(() => house.close());

  test('a poisoned completion among good ones is kept aside, and costs none of them its row', async () => {
    const customers = welcomeCustomers();
    const coming = customers.keepComing(8, { url: house.gateway.url });
    for (const _ of [1, 2, 3]) {
      await customers.crowd(4, { url: house.gateway.url });
      await deliver(house.home.queue, [completion({ version: 3 as never }), completion({ httpStatus: 2 ** 31 })]);
    }
    await coming.stop();
    await reckon(house, customers);
    expect(await house.home.queue.getFailedCount()).toBe(6);
  });

  test('a worker that is killed under load leaves what it held to the other', async () => {
    const customers = welcomeCustomers();
    const coming = customers.keepComing(16, { url: house.gateway.url, tokens: 3, everyMs: 1 });
    await customers.crowd(12, { url: house.gateway.url });
    await killed(house.worker);
    await customers.crowd(12, { url: house.gateway.url });
    await coming.stop();
    await reckon(house, customers);
  });

  test('workers that are killed at every step of the reaping leave one row for each lost request', async () => {
    const customers = welcomeCustomers();
    const doomed = await house.startGateway();
    const crowd = customers.crowd(5, { url: doomed.url, tokens: 1000 });
    await house.untilAsked(customers.name, 5);
    await Promise.all([second, doomed.process].map(killed));
    await crowd;
    for (const step of stepsOf(REAP)) {
      const mortal = await house.startWorker(dyingAt(REAP, step));
      expect(await mortal.ended).toMatchObject({ signal: 'SIGKILL' });
    }
    await Promise.all([house.startWorker(), house.startGatewayAfter(doomed)]);
    await reckon(house, customers, { lost: [doomed] });
  });
});
