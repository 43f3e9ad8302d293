// The gateway is killed, at the worst of times.
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Customers, welcomeCustomers } from '../support/customers.ts';
import { onEachQueue } from '../support/homes.ts';
import { type Gateway, type House, killed, openHouse } from '../support/house.ts';
import { dyingAt } from './dying-at.ts';
import { reckon } from './reckoning.ts';
import { stepsOf } from './steps-of.ts';

jest.setTimeout(60_000);

const SINK = 'gateway/src/outbox/queue-sink.ts';

onEachQueue((queueOn) => {
  let house: House;
  let customers: Customers;
  beforeAll(async () => {
    house = await openHouse({ queueOn });
  });
  beforeEach(() => {
    customers = welcomeCustomers();
  });
  afterAll(() => house.close());

  test('a gateway that is killed with twenty streams open leaves a row for each', async () => {
    const { url, process } = house.gateway;
    const crowd = customers.crowd(20, { url, tokens: 200, everyMs: 20 });
    await house.untilAsked(customers.name, 20);
    await killed(process);
    await crowd;
    await house.startGatewayAfter(house.gateway);
    const rows = await reckon(house, customers, { lost: [house.gateway] });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost').length).toBeGreaterThanOrEqual(15);
  });

  test('whoever saw [DONE] has a row that says ok, though the gateway was killed at that moment', async () => {
    const gateways = await Promise.all([1, 2, 3].map(() => house.startGateway()));
    const seen = await Promise.all(gateways.map(killedAtTheFirstEnd));
    await Promise.all(gateways.map(house.startGatewayAfter));
    await reckon(house, customers, { lost: gateways });
    expect(seen.flat().filter(({ saw }) => saw === 'all').length).toBeGreaterThanOrEqual(3);
  });

  async function killedAtTheFirstEnd({ url, process }: Gateway) {
    const order = { url, manner: 'leaves at [DONE]', everyMs: 5 } as const;
    const visits = [12, 13, 14, 15, 16, 17].map((tokens) => customers.visit({ ...order, tokens }));
    await Promise.race(visits);
    await killed(process);
    return await Promise.all(visits);
  }

  describe('between two steps of the close', () => {
    test.each(stepsOf(SINK))('a gateway that is killed before "%s" leaves a row for each request', async (step) => {
      const gateway = await house.startGateway(dyingAt(SINK, step));
      await customers.crowd(8, { url: gateway.url });
      expect(await gateway.process.ended).toMatchObject({ signal: 'SIGKILL' });
      await house.startGatewayAfter(gateway);
      await reckon(house, customers, { lost: [gateway] });
    });
  });
});
