// The gateway is killed, at the worst of times.
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Clients, createClients } from '../support/clients.ts';
import { onEachQueue } from '../support/each-queue.ts';
import { type Gateway, type Installation, killed, openInstallation } from '../support/installation.ts';
import { dyingAt } from './dying-at.ts';
import { expectOneRowEach } from './one-row-each.ts';
import { stepsOf } from './steps-of.ts';

jest.setTimeout(60_000);

const SINK = 'infra/sinks/queue-sink.ts';

onEachQueue((queueOn) => {
  let installation: Installation;
  let clients: Clients;
  beforeAll(async () => {
    installation = await openInstallation({ queueOn });
  });
  beforeEach(() => {
    clients = createClients();
  });
  afterAll(() => installation.close());

  test('a gateway that is killed with twenty streams open leaves a row for each', async () => {
    const { url, process } = installation.gateway;
    const crowd = clients.crowd(20, { url, tokens: 200, everyMs: 20 });
    await installation.untilAsked(clients.name, 20);
    await killed(process);
    await crowd;
    await installation.startGatewayAfter(installation.gateway);
    const rows = await expectOneRowEach(installation, clients, { lost: [installation.gateway] });
    expect(rows.filter(({ reason }) => reason === 'gateway_lost').length).toBeGreaterThanOrEqual(15);
  });

  test('whoever saw [DONE] has a row that says ok, though the gateway was killed at that moment', async () => {
    const gateways = await Promise.all([1, 2, 3].map(() => installation.startGateway()));
    const seen = await Promise.all(gateways.map(killedAtTheFirstEnd));
    await Promise.all(gateways.map(installation.startGatewayAfter));
    await expectOneRowEach(installation, clients, { lost: gateways });
    expect(seen.flat().filter(({ saw }) => saw === 'all').length).toBeGreaterThanOrEqual(3);
  });

  async function killedAtTheFirstEnd({ url, process }: Gateway) {
    const order = { url, behaviour: 'leaves at [DONE]', everyMs: 5 } as const;
    const visits = [12, 13, 14, 15, 16, 17].map((tokens) => clients.visit({ ...order, tokens }));
    await Promise.race(visits);
    await killed(process);
    return await Promise.all(visits);
  }

  describe('between two steps of the close', () => {
    test.each(stepsOf(SINK))('a gateway that is killed before "%s" leaves a row for each request', async (step) => {
      const gateway = await installation.startGateway(dyingAt(SINK, step));
      await clients.crowd(8, { url: gateway.url });
      expect(await gateway.process.ended).toMatchObject({ signal: 'SIGKILL' });
      await installation.startGatewayAfter(gateway);
      await expectOneRowEach(installation, clients, { lost: [gateway] });
    });
  });
});
