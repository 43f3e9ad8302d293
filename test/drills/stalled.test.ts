// Clients that take nothing cost what docs/durability.md says, and not more, however much their provider has to say.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createClients } from '../support/clients.ts';
import { type Installation, openInstallation } from '../support/installation.ts';
import { scrape } from '../support/scrape.ts';

jest.setTimeout(120_000);

const CLIENTS = 100;
// What is documented, and some garbage.
const MOST_BYTES = 1024 * 1024;
// 12 MB each: many times what may be kept of it.
const ANSWER = { behaviour: 'stalls', tokens: 600, everyMs: 0 } as const;

let installation: Installation;
beforeAll(async () => {
  installation = await openInstallation({ queueOn: 'Postgres', env: { CLIENT_STALL_MS: '60000' } });
});
afterAll(() => installation.close());

test('clients that take nothing hold their providers back, and each costs no more memory than is documented', async () => {
  const before = await heldBytes();
  await createClients().crowd(CLIENTS, { url: installation.gateway.url, ...ANSWER });
  const each = ((await settled(heldBytes)) - before) / CLIENTS;
  expect(each).toBeGreaterThan(64 * 1024); // else they did not stall
  expect(each).toBeLessThan(MOST_BYTES);
});

async function heldBytes(): Promise<number> {
  const scraped = await scrape(installation.gateway.process);
  return scraped.value('nodejs_external_memory_bytes') ?? Number.NaN;
}

/** Once it grows no more. */
async function settled(look: () => Promise<number>): Promise<number> {
  let [last, now] = [Number.NaN, await look()];
  while (!(now <= last)) {
    await pause(1000);
    [last, now] = [now, await look()];
  }
  return now;
}
