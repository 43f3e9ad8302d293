// A gateway is told to stop under load, as every deployment does.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { welcomeCustomers } from '../support/customers.ts';
import { onEachQueue } from '../support/homes.ts';
import { type House, openHouse } from '../support/house.ts';
import { expectServed } from './outage.ts';
import { reckon } from './reckoning.ts';

jest.setTimeout(60_000);

onEachQueue((queueOn) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse({ queueOn, env: { SHUTDOWN_GRACE_MS: '1000' } });
  });
  afterAll(() => house.close());

  test('it says so at once, serves who still comes, finishes every stream, and ends with 0', async () => {
    const customers = welcomeCustomers();
    const { url, process } = house.gateway;
    const long = customers.crowd(12, { url, tokens: 60, everyMs: 50 });
    await house.untilAsked(customers.name, 12);
    const coming = customers.keepComing(6, { url });
    process.signal('SIGTERM');
    await process.logged('gateway.stopping');
    expect((await fetch(new URL('/readyz', url))).status).toBe(503);
    expect(await customers.visit({ url })).toMatchObject({ saw: 'all' });
    await coming.stop();
    await long;
    expect(await process.ended).toMatchObject({ code: 0 });
    expectServed(customers.visits);
    await reckon(house, customers);
  });
});
