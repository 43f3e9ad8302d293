// A gateway is told to stop under load, as every deployment does.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createClients } from '../support/clients.ts';
import { onEachQueue } from '../support/each-queue.ts';
import { type Installation, openInstallation } from '../support/installation.ts';
import { expectOneRowEach } from './one-row-each.ts';
import { expectServed } from './outage.ts';

jest.setTimeout(60_000);

onEachQueue((queueOn) => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await openInstallation({ queueOn, env: { SHUTDOWN_GRACE_MS: '1000' } });
  });
  afterAll(() => installation.close());

  test('it says so at once, serves who still comes, finishes every stream, and ends with 0', async () => {
    const clients = createClients();
    const { url, process } = installation.gateway;
    const long = clients.crowd(12, { url, tokens: 60, everyMs: 50 });
    await installation.untilAsked(clients.name, 12);
    const coming = clients.keepComing(6, { url });
    process.signal('SIGTERM');
    await process.logged('gateway.stopping');
    expect((await fetch(new URL('/readyz', url))).status).toBe(503);
    expect(await clients.visit({ url })).toMatchObject({ saw: 'all' });
    await coming.stop();
    await long;
    expect(await process.ended).toMatchObject({ code: 0 });
    expectServed(clients.visits);
    await expectOneRowEach(installation, clients);
  });
});
