// What infra/ tells operators, held against what the apps say of themselves: their settings, their ports, how long they
// wait, and how long they take to stop.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AppSettings, numberIn, settingsOf } from './app-settings.ts';
import { composeServices, filesBelow, nginxValue, scrapeTargets, textOf } from './deployment-files.ts';
import { podEnvironment, podOf, portsOf } from './k8s-manifests.ts';

const LAST_WORDS_SECONDS = 10;
const OF_OTHERS = ['NODE_ENV', 'POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB'];
const FOLDERS = ['docker', 'grafana', 'k8s', 'nginx', 'prometheus'].map((name) => `infra/${name}`);

type Given = Readonly<Record<string, string>>;

let gateway: AppSettings;
let worker: AppSettings;
let migrate: AppSettings;

beforeAll(async () => {
  [gateway, worker, migrate] = await Promise.all([
    settingsOf('apps/gateway/src/main.ts'),
    settingsOf('apps/worker/src/main.ts'),
    settingsOf('infra/migrate/main.ts'),
  ]);
});

describe('every variable', () => {
  test('that a container is given is a setting of its app', () => {
    for (const [name, { environment = {}, build }] of Object.entries(composeServices())) {
      if (build === undefined) continue;
      const app = name === 'migrate' ? migrate : build.target === 'gateway' ? gateway : worker;
      expect({ name, unknown: unknownIn(environment, app) }).toEqual({ name, unknown: [] });
    }
  });

  test('that a pod is given is a setting of its app', () => {
    expect(unknownIn(podEnvironment('weir-gateway'), gateway)).toEqual([]);
    expect(unknownIn(podEnvironment('weir-worker'), worker)).toEqual([]);
    expect(unknownIn(podEnvironment('weir-migrate'), migrate)).toEqual([]);
  });

  test('that the image sets is a setting', () => {
    const set = [...textOf('infra/docker/Dockerfile').matchAll(/^ENV (\w+)=/gm)].map(([, name = '']) => name);
    expect(set).toEqual(expect.arrayContaining(['HOST', 'SPOOL_DIR']));
    expect(set.filter((name) => !gateway.has(name) && !OF_OTHERS.includes(name))).toEqual([]);
  });

  test('that a text speaks of is a setting of some app', () => {
    const known = new Set([...gateway.keys(), ...worker.keys(), ...OF_OTHERS]);
    for (const path of [...filesBelow(...FOLDERS), '.dockerignore', 'docs/deployment.md']) {
      const unknown = (textOf(path).match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? []).filter((name) => !known.has(name));
      expect({ path, unknown }).toEqual({ path, unknown: [] });
    }
  });
});

describe('there is more time to stop than an app may take', () => {
  const gatewayTakes = (given: Given) =>
    (millisecondsOf('SHUTDOWN_GRACE_MS', given, gateway) + millisecondsOf('SHUTDOWN_TIMEOUT_MS', given, gateway)) /
      1000 +
    LAST_WORDS_SECONDS;
  const workerTakes = (given: Given) => millisecondsOf('SHUTDOWN_TIMEOUT_MS', given, worker) / 1000;
  const millisecondsOf = (name: string, given: Given, settings: AppSettings) =>
    Number(given[name] ?? numberIn(settings, name));

  test('for containers', () => {
    const services = Object.values(composeServices()).filter(({ image }) => /^weir-/.test(image));
    const stopped = services.filter(({ command }) => command === undefined); // what ends by itself is never stopped
    expect(stopped).toHaveLength(4);
    for (const { build, environment = {}, stop_grace_period: period = '' } of stopped) {
      const takes = build?.target === 'gateway' ? gatewayTakes(environment) : workerTakes(environment);
      expect(period).toMatch(/^\d+s$/);
      expect(Number.parseInt(period, 10)).toBeGreaterThan(takes);
    }
  });

  test('for pods', () => {
    const graceOf = (name: string) => podOf(name).terminationGracePeriodSeconds;
    expect(graceOf('weir-gateway')).toBeGreaterThan(gatewayTakes(podEnvironment('weir-gateway')));
    expect(graceOf('weir-worker')).toBeGreaterThan(workerTakes(podEnvironment('weir-worker')));
  });
});

describe('nginx', () => {
  test('outlasts every silence that the gateway allows', () => {
    const names = ['CONNECT_TIMEOUT_MS', 'HEADERS_TIMEOUT_MS', 'IDLE_TIMEOUT_MS'];
    const longest = names.reduce((sum, name) => sum + numberIn(gateway, name), 0) / 1000;
    expect(nginxValue('proxy_read_timeout')).toBeGreaterThan(longest);
    expect(nginxValue('proxy_send_timeout')).toBeGreaterThan(longest);
    expect(nginxValue('send_timeout')).toBeGreaterThan(numberIn(gateway, 'CLIENT_STALL_MS') / 1000);
  });

  test('leaves it to the gateway to refuse a body', () => {
    expect(nginxValue('client_max_body_size')).toBeGreaterThan(numberIn(gateway, 'MAX_BODY_BYTES'));
    expect(nginxValue('client_max_body_size')).toBeGreaterThan(numberIn(gateway, 'MAX_UPLOAD_BYTES'));
  });
});

test('every port is the one that the app listens on', () => {
  const http = numberIn(gateway, 'PORT');
  const metrics = { gateway: numberIn(gateway, 'METRICS_PORT'), worker: numberIn(worker, 'METRICS_PORT') };
  const dockerfile = textOf('infra/docker/Dockerfile');
  expect(numbersIn(dockerfile, /^EXPOSE (.*)$/gm)).toEqual([metrics.worker, http, metrics.gateway]);
  expect(numbersIn(dockerfile, /PORT \?\? (\d+)/g)).toEqual([metrics.worker, http]);
  expect(numbersIn(textOf('infra/nginx/weir.conf'), /server gateway-\d:(\d+)/g)).toEqual([http, http]);
  expect(scrapeTargets('weir-gateway')).toEqual([1, 2].map((n) => `gateway-${n}:${metrics.gateway}`));
  expect(scrapeTargets('weir-worker')).toEqual([1, 2].map((n) => `worker-${n}:${metrics.worker}`));
  expect(portsOf('weir-gateway')).toEqual({ http, metrics: metrics.gateway, scraped: `${metrics.gateway}` });
  expect(portsOf('weir-worker')).toEqual({ metrics: metrics.worker, scraped: `${metrics.worker}` });
});

describe('the image', () => {
  test('holds every workspace that npm ci asks for, on the Node that the tests run on', () => {
    const dockerfile = textOf('infra/docker/Dockerfile');
    const copied = [...dockerfile.matchAll(/^COPY (\S+)\/package\.json \1\/$/gm)].map(([, path]) => path);
    const locked: string[] = Object.keys(JSON.parse(textOf('package-lock.json')).packages);
    expect(copied.sort()).toEqual(locked.filter((path) => path !== '' && !path.includes('node_modules')).sort());
    const [major] = JSON.parse(textOf('package.json')).devDependencies.node.split('.');
    expect(numbersIn(dockerfile, /^FROM node:(\d+)/gm)).toEqual([Number(major), Number(major)]);
  });

  test('lacks nothing that the apps import', () => {
    const sources = filesBelow('apps/gateway/src', 'apps/worker/src', 'infra', 'prisma/src').filter(
      (path) => /(?<!\.test)\.ts$/.test(path) && !path.startsWith('infra/local/'),
    );
    expect(sources.filter((path) => /'(?:\.\.\/local\/|@weir\/infra\/embedded)/.test(textOf(path)))).toEqual([]);
  });
});

const unknownIn = (given: Given, known: AppSettings): string[] => Object.keys(given).filter((name) => !known.has(name));

const numbersIn = (text: string, pattern: RegExp): number[] =>
  [...text.matchAll(pattern)].flatMap(([, found = '']) => found.split(' ').map(Number));
