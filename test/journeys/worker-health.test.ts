import { setTimeout as pause } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { createRegistry, serveMetrics } from '@weir/infra/metrics';
import pg from 'pg';
import { onEachQueue } from '../support/each-queue.ts';
import { launchProcess } from '../support/processes.ts';
import { completions, deliver } from '../support/worker-completions.ts';
import { openWorkerHome } from '../support/worker-home.ts';

jest.setTimeout(60_000);

test('/healthz says what is wrong, or that nothing is', async () => {
  let wrong: string | undefined;
  const on = { host: '127.0.0.1', port: 0 };
  const server = await serveMetrics({ registry: createRegistry(), ...on, health: () => wrong });
  const answer = async () => {
    const response = await fetch(`${server.url}/healthz`);
    return [response.status, await response.text()];
  };
  expect(await answer()).toEqual([200, 'ok\n']);
  wrong = 'nobody is at home';
  expect(await answer()).toEqual([503, 'nobody is at home\n']);
  wrong = undefined;
  expect(await answer()).toEqual([200, 'ok\n']);
  await server.close();
});

/** At a signal, the worker's clock goes a minute forward: nobody waits for one here. */
const HURRIED = `data:text/javascript,
  const now = performance.now.bind(performance);
  process.on('SIGUSR2', () => { performance.now = () => now() + 60_000; });`;

onEachQueue((queueOn) => {
  test('a worker that has written nothing for a minute is not healthy while there is something to write', async () => {
    const home = await openWorkerHome({ queueOn });
    const worker = launchProcess('apps/worker/src/main.ts', {
      nodeArgs: ['--import', HURRIED],
      env: { ...home.env, METRICS_PORT: '0' },
    });
    const { metricsUrl } = await worker.ready;
    const health = async () => (await fetch(`${metricsUrl}/healthz`)).text();
    const becomes = async (answer: RegExp) => {
      while (!answer.test(await health())) await pause(50);
    };

    const lock = new pg.Client({ connectionString: home.location.databaseUrl });
    await lock.connect();
    await lock.query('BEGIN; LOCK TABLE completions');
    await deliver(home.queue, completions(30));
    expect(await health()).toBe('ok\n');
    worker.signal('SIGUSR2');
    await becomes(/^no completion was written for \d+ s, though the queue holds 30\n$/);
    const metrics = await (await fetch(`${metricsUrl}/metrics`)).text();
    expect(Number(metrics.match(/^weir_queue_oldest_seconds (.+)$/m)?.[1])).toBeGreaterThan(0);

    await lock.end();
    await becomes(/^ok\n$/);
    await home.settled(30);
    const later = await (await fetch(`${metricsUrl}/metrics`)).text();
    expect(later).toMatch(/^weir_queue_oldest_seconds 0$/m);
    await worker.stop();
    await home.leave();
  });
});
