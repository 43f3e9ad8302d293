// What operators watch, held against what the apps serve: every alert and panel asks for metrics that are there, every
// metric has a panel, and every alert has a meaning, a cure and a section in the runbook.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Launched, launchApp } from '../support/processes.ts';
import { NO_DATABASE, named } from '../support/queue-servers.ts';
import { openWorkerHome, type WorkerHome } from '../support/worker-home.ts';
import { numberIn, settingsOf } from './app-settings.ts';
import { alerts, dashboardQueries, nginxValue, textOf } from './deployment-files.ts';

test('every alert says what it means and what to do, and has its section in the runbook, in the same order', () => {
  const sections = [...textOf('docs/deployment.md').matchAll(/^### (Weir\w+)\n\S/gm)].map(([, name]) => name);
  expect(alerts().map(({ alert }) => alert)).toEqual(sections);
  for (const { alert, labels, annotations } of alerts()) {
    expect(labels).toEqual({ severity: expect.stringMatching(/^(critical|warning)$/) });
    expect(annotations).toEqual({
      summary: expect.stringMatching(/\S/),
      meaning: expect.stringMatching(/\.$/),
      action: expect.stringMatching(/\.$/),
      runbook_url: `docs/deployment.md#${alert.toLowerCase()}`,
    });
  }
});

test.each([
  ['WeirDrainsNearMax', 'MAX_DRAINS'],
  ['WeirStreamsNearMax', 'MAX_STREAMS'],
])('%s comes before %s is reached', async (name, limit) => {
  const expr = alerts().find(({ alert }) => alert === name)?.expr ?? '';
  const settings = await settingsOf('apps/gateway/src/main.ts');
  expect(Number(/> (\d+)$/.exec(expr)?.[1])).toBeLessThan(numberIn(settings, limit));
});

(NO_DATABASE ? describe.skip : describe)(named('while both apps run', NO_DATABASE), () => {
  let home: WorkerHome;
  let apps: Launched[];
  let gatewayUrl: string;
  /** Type by name. */
  let metrics: ReadonlyMap<string, string>;

  beforeAll(async () => {
    home = await openWorkerHome({ queueOn: 'Postgres' });
    apps = [
      launchApp('gateway', { ...home.env, UPSTREAM_URL: 'http://127.0.0.1:1/v1' }),
      launchApp('worker', home.env),
    ];
    const ready = await Promise.all(apps.map((app) => app.ready));
    gatewayUrl = ready[0]?.['url'] ?? '';
    metrics = new Map((await Promise.all(ready.map(({ metricsUrl = '' }) => metricsAt(metricsUrl)))).flat());
  });

  afterAll(async () => {
    for (const app of apps) await app.stop();
    await home.leave();
  });

  test('every metric that an alert or a panel asks for is there', () => {
    const isServed = (name: string) =>
      name.endsWith('_bucket') ? metrics.get(familyOf(name)) === 'histogram' : metrics.has(name);
    for (const expr of [...alerts().map((alert) => alert.expr), ...dashboardQueries()]) {
      const unknown = metricsIn(expr).filter((name) => !isServed(name));
      expect({ expr, unknown }).toEqual({ expr, unknown: [] });
    }
  });

  test('every metric of Weir’s has a panel', () => {
    const shown = new Set(dashboardQueries().flatMap(metricsIn).map(familyOf));
    expect([...metrics.keys()].filter((name) => name.startsWith('weir_') && !shown.has(name))).toEqual([]);
  });

  test('nginx ends an idle connection to the gateway before the gateway does', async () => {
    const { headers } = await fetch(`${gatewayUrl}/healthz`);
    const [, seconds] = /timeout=(\d+)/.exec(headers.get('keep-alive') ?? '') ?? [];
    expect(nginxValue('keepalive_timeout')).toBeLessThan(Number(seconds));
  });
});

const metricsIn = (expr: string): string[] => expr.match(/\b(?:weir|process|nodejs)_\w+/g) ?? [];

const familyOf = (name: string): string => name.replace(/_bucket$/, '');

async function metricsAt(url: string): Promise<[name: string, type: string][]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]);
}
