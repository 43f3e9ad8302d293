// Metrics and health are for this machine alone, wherever clients connect, unless METRICS_HOST says otherwise. They used to be
// wherever clients connect. Every address that begins with 127 is this machine, but a listener on 127.0.0.1 has one alone.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Launched, launchApp } from '../support/processes.ts';
import { openWeir, type Weir } from '../support/weir.ts';

const OTHER = '127.0.0.2';

(process.platform === 'linux' ? describe : describe.skip)('/metrics and /healthz', () => {
  let weir: Weir;
  const launched: Launched[] = [];

  beforeAll(async () => {
    weir = await openWeir('Postgres');
  });

  afterAll(async () => {
    for (const app of launched) await app.stop();
    await weir.close();
  });

  async function start(app: 'gateway' | 'worker', env: Record<string, string>) {
    const upstream = app === 'gateway' ? { UPSTREAM_URL: weir.upstreamUrl, OPEN: 'yes' } : {};
    const process = launchApp(app, { ...weir.home.env, ...upstream, HOST: '0.0.0.0', ...env });
    launched.push(process);
    return process.ready;
  }

  /** The status that a GET is answered with at this machine's other address; undefined where nobody answers. */
  async function elsewhere(url = ''): Promise<number | undefined> {
    const other = new URL(url);
    other.hostname = OTHER;
    return fetch(other).then(
      ({ status }) => status,
      () => undefined,
    );
  }

  test.each([
    ['gateway', {}],
    ['gateway', { WEB_CONCURRENCY: '2' }],
    ['worker', {}],
  ] as const)('of a %s are where nobody else reaches them, with %j and HOST=0.0.0.0', async (app, env) => {
    const { url, metricsUrl } = await start(app, env);
    expect(await elsewhere(`${metricsUrl}/metrics`)).toBeUndefined();
    expect((await fetch(`${metricsUrl}/metrics`)).status).toBe(200);
    if (url !== undefined) expect(await elsewhere(`${url}/healthz`)).toBe(200);
  });

  test.each(['gateway', 'worker'] as const)('of a %s are where METRICS_HOST says', async (app) => {
    const { metricsUrl } = await start(app, { METRICS_HOST: '0.0.0.0' });
    expect(await elsewhere(`${metricsUrl}/metrics`)).toBe(200);
    expect(await elsewhere(`${metricsUrl}/healthz`)).toBe(200);
  });
});
