// Completions vanish from the queue while everything looks well: only what the gateways counted tells.

import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { MinuteCount } from '@weir/infra/register';
import { openRegister } from '@weir/infra/register/open';
import { type Clients, createClients } from '../support/clients.ts';
import { onEachQueue } from '../support/each-queue.ts';
import { type Installation, killed, openInstallation } from '../support/installation.ts';
import { runProcess } from '../support/processes.ts';
import { scrape, scrapeUntil } from '../support/scrape.ts';
import { expectOneRowEach } from './one-row-each.ts';

jest.setTimeout(120_000);

onEachQueue((queueOn) => {
  let installation: Installation;
  let clients: Clients;
  beforeEach(async () => {
    installation = await openInstallation({ queueOn });
    clients = createClients();
  });
  afterEach(() => installation.close());

  test('what vanishes from it is told by gateway and minute', async () => {
    installation.worker.signal('SIGSTOP');
    await clients.crowd(7, { url: installation.gateway.url });
    const counts = await untilCounted((some) => sumOf(some, 'closed') === 7);
    await installation.home.queue.drain();
    installation.worker.signal('SIGCONT');
    const [{ gateway = '' } = {}] = counts;
    expect(await installation.worker.logged('rows.missing')).toMatchObject({ level: 'error', gateway, missing: 7 });
    await scrapeUntil(installation.worker, ({ value }) => value('weir_rows_missing', { gateway }) === 7);
    const { code, stdout } = await verify();
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^ {2}20[-\\d]+T\\d\\d:\\d\\dZ {2}${gateway}: \\d without a row$`, 'm'));
    expect(stdout).toMatch(/^verify: 7 missing$/m);
  });

  test('while nothing vanishes, nothing is missed: whoever leaves, whatever is killed, all counts are settled in the end', async () => {
    const others = await Promise.all([installation.startGateway(), installation.startGateway()]);
    const gateways = [installation.gateway, ...others];
    const [toBeKilled, toBeStopped] = others as [typeof installation.gateway, typeof installation.gateway];
    const crowds = gateways.map(({ url }) => clients.crowd(10, { url }));
    const cut = clients.crowd(5, { url: toBeKilled.url, tokens: 500, everyMs: 20, behaviour: 'reads all' });
    await untilCounted((some) => sumOf(some, 'opened') === 35);
    await killed(toBeKilled.process);
    await killed(installation.worker);
    await Promise.all([...crowds, cut]);
    await toBeStopped.process.stop();
    const worker = await installation.startWorker();
    await expectOneRowEach(installation, clients, { lost: [toBeKilled] });
    await untilCounted((some) => some.length === 0);
    expect(Object.values((await scrape(worker)).all('weir_rows_missing'))).toEqual(expect.arrayContaining([0]));
    expect(worker.log.filter(({ event }) => event === 'rows.missing')).toEqual([]);
    expect(await verify()).toMatchObject({ code: 0 });
  });

  const verify = () =>
    runProcess('infra/verify/main.ts', { env: { ...installation.home.env, SPOOL_DIR: installation.gateway.spool } });

  async function untilCounted(isSo: (counts: readonly MinuteCount[]) => boolean): Promise<readonly MinuteCount[]> {
    const register = openRegister(installation.home.location, { timeoutMs: 1000 });
    let counts = await register.counts();
    while (!isSo(counts)) {
      await pause(50);
      counts = await register.counts();
    }
    await register.close();
    return counts;
  }
});

const sumOf = (counts: readonly MinuteCount[], what: 'opened' | 'closed'): number =>
  counts.reduce((sum, count) => sum + count[what], 0);
