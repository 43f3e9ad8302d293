// Clients that take nothing cost what docs/durability.md says, and not more, however much their provider has to say.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { welcomeCustomers } from '../support/customers.ts';
import { type House, openHouse } from '../support/house.ts';
import { scrape } from '../support/scrape.ts';

jest.setTimeout(120_000);

const CLIENTS = 100;
// What is documented, and some garbage.
const MOST_BYTES = 1024 * 1024;
// 12 MB each: many times what may be kept of it.
const ANSWER = { manner: 'stalls', tokens: 600, everyMs: 0 } as const;

let house: House;
beforeAll(async () => {
  house = await openHouse({ queueOn: 'Postgres', env: { CLIENT_STALL_MS: '60000' } });
});
afterAll(() => house.close());

test('clients that take nothing hold their providers back, and each costs no more memory than is documented', async () => {
  const before = await heldBytes();
  await welcomeCustomers().crowd(CLIENTS, { url: house.gateway.url, ...ANSWER });
  const each = ((await settled(heldBytes)) - before) / CLIENTS;
  expect(each).toBeGreaterThan(64 * 1024); // else they did not stall
  expect(each).toBeLessThan(MOST_BYTES);
});

async function heldBytes(): Promise<number> {
  const scraped = await scrape(house.gateway.process);
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
