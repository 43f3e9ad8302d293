// Several processes behind one port: what they are to clients, in rows and metrics, and to whoever stops or kills them.
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { isSlotAlive } from '../../infra/spool/slot.ts';
import { type Launched, launchApp } from '../support/processes.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { type Scrape, scrape, scrapeUntil } from '../support/scrape.ts';
import { openWeir, type Weir } from '../support/weir.ts';
import { HELD, type HeldStream, holdStream } from './held-stream.ts';
import { endAll, FREE_PORTS, gone, makeDirectory, startLocally } from './local-run.ts';

jest.setTimeout(60_000);

const COUNT = 2;

let weir: Weir;
let provider: Provider;
let reaping: Launched;
let directory: string;

beforeAll(async () => {
  [weir, provider] = await Promise.all([openWeir('Postgres'), startProvider()]);
  directory = await mkdtemp(join(tmpdir(), 'weir-cluster-'));
  reaping = launchApp('worker', { ...weir.home.env, GATEWAY_LOST_AFTER_MS: '2000' });
  await reaping.ready;
});

afterAll(async () => {
  await reaping.stop();
  await provider.close();
  await weir.close();
  await rm(directory, { recursive: true });
});

interface Cluster {
  readonly url: string;
  readonly primary: Launched;
}

/** Whoever starts one ends it. */
async function start(env: Record<string, string> = {}): Promise<Cluster> {
  const own = { UPSTREAM_URL: provider.url, WEB_CONCURRENCY: String(COUNT), LOG_LEVEL: 'debug' };
  const primary = launchApp('gateway', { ...weir.home.env, ...own, ...env });
  const { url = '' } = await primary.ready;
  return { url, primary };
}

/** Streams under way, by the instance that relays them: at least one on each of so many. */
async function holdOnEach(cluster: Cluster, count = COUNT): Promise<Map<string, HeldStream[]>> {
  const held = new Map<string, HeldStream[]>();
  while (held.size < count) {
    const [instance, stream] = await hold(cluster);
    held.set(instance, [...(held.get(instance) ?? []), stream]);
  }
  return held;
}

async function hold({ url, primary }: Cluster): Promise<[instance: string, HeldStream]> {
  const stream = await holdStream(provider, url);
  const { instance } = await primary.logged('exchange.opened', stream.id);
  return [String(instance), stream];
}

const all = (held: Map<string, HeldStream[]>): HeldStream[] => [...held.values()].flat();

async function expectFinished(instance: string, stream: HeldStream): Promise<void> {
  stream.letGo();
  expect(await stream.answer).toMatchObject({ ended: 'complete', text: HELD });
  expect(await weir.rows.of(stream.id)).toMatchObject({ status: 'ok', gateway: instance });
}

async function expectAllFinished(held: Map<string, HeldStream[]>): Promise<void> {
  for (const [instance, streams] of held) for (const stream of streams) await expectFinished(instance, stream);
}

const startedIn = ({ log }: Launched) => log.filter(({ event }) => event === 'process.started');

/** Processes that this one started, by their instances. */
const pidsOf = ({ primary }: Cluster): Map<string, number> =>
  new Map(startedIn(primary).map(({ instance, pid }) => [String(instance), Number(pid)]));

const booksIn = ({ value }: Scrape) => ({
  opened: value('weir_openings_total'),
  closed: value('weir_closings_total'),
  open: value('weir_exchanges_open'),
  completeness: value('weir_completeness'),
});

/** Knocks until nobody opens. */
async function untilRefused({ url }: Cluster): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = createConnection({ host: hostname, port: Number(port) });
    const refusal = await once(socket, 'connect').catch((error: NodeJS.ErrnoException) => error.code);
    socket.destroy();
    if (refusal === 'ECONNREFUSED') return;
    await pause(20);
  }
}

describe('two processes', () => {
  let cluster: Cluster;
  let spool: string;
  let held: Map<string, HeldStream[]>;

  beforeAll(async () => {
    spool = join(directory, 'spool');
    cluster = await start({ SPOOL_DIR: spool });
    held = await holdOnEach(cluster);
  });

  afterAll(() => cluster.primary.stop());

  test('listen on one port, say so once, and each has its place in the spool', async () => {
    const listening = cluster.primary.log.filter(({ event }) => event === 'gateway.listening');
    expect(listening).toMatchObject([{ url: cluster.url }]);
    expect(listening[0]).not.toHaveProperty('instance');
    expect(await readdir(spool)).toHaveLength(COUNT);
  });

  test('are one in the metrics, while streams are open and afterwards', async () => {
    const count = all(held).length;
    const during = await scrape(cluster.primary);
    expect(booksIn(during)).toEqual({ opened: count, closed: 0, open: count, completeness: 0 });
    expect(during.value('weir_gateway_processes')).toBe(COUNT);
    expect(during.value('weir_queue_up')).toBe(1);
    await expectAllFinished(held);
    const after = await scrapeUntil(cluster.primary, ({ value }) => value('weir_exchanges_open') === 0);
    expect(booksIn(after)).toEqual({ opened: count, closed: count, open: 0, completeness: 0 });
    expect(after.value('weir_upstream_seconds_count')).toBe(count);
  });

  describe('of which one is killed under streams', () => {
    let victim: string;
    let before: Scrape;

    beforeAll(async () => {
      held = await holdOnEach(cluster);
      [victim = ''] = held.keys();
      before = await scrape(cluster.primary);
      process.kill(pidsOf(cluster).get(victim) ?? 0, 'SIGKILL');
    });

    test('lose its streams, and each gets its row', async () => {
      for (const { id, answer } of held.get(victim) ?? []) {
        expect((await answer).ended).not.toBe('complete');
        expect(await weir.rows.of(id)).toMatchObject({ status: 'error', reason: 'gateway_lost', gateway: victim });
      }
      held.delete(victim);
    });

    test('go on with all other streams', () => expectAllFinished(held));

    test('are two again, under another name', async () => {
      await cluster.primary.logged('process.lost', victim);
      while (startedIn(cluster.primary).length < COUNT + 1) await pause(20);
      const anew = await holdOnEach(cluster);
      expect([...anew.keys()]).toContain([...pidsOf(cluster).keys()].at(-1));
      expect([...anew.keys()]).not.toContain(victim);
      await expectAllFinished(anew);
    });

    test('have forgotten nothing that was counted, and nobody’s books are open', async () => {
      const after = await scrapeUntil(cluster.primary, ({ value }) => value('weir_exchanges_open') === 0);
      expect(after.value('weir_openings_total')).toBeGreaterThan(before.value('weir_openings_total') ?? 0);
      expect(after.value('weir_closings_total')).toBeGreaterThan(before.value('weir_closings_total') ?? 0);
      expect(after.value('weir_completeness')).toBe(0);
    });
  });
});

describe('the end of two processes', () => {
  let cluster: Cluster;
  let spool: string;
  let held: Map<string, HeldStream[]>;

  beforeEach(async () => {
    spool = await mkdtemp(join(directory, 'spool-'));
    cluster = await start({ SHUTDOWN_GRACE_MS: '600', SPOOL_DIR: spool });
    held = await holdOnEach(cluster);
  });
  afterEach(() => rm(spool, { recursive: true }));

  test('told to stop, they take nobody new, finish every stream, and end with 0', async () => {
    cluster.primary.signal('SIGTERM');
    for (const instance of held.keys()) await cluster.primary.logged('gateway.stopping', instance);
    expect((await fetch(new URL('/readyz', cluster.url))).status).toBe(503);
    await untilRefused(cluster);
    await expectAllFinished(held);
    expect(await cluster.primary.ended).toMatchObject({ code: 0, signal: null });
    const stopped = cluster.primary.log.filter(({ event }) => event === 'gateway.stopped');
    expect(stopped).toHaveLength(COUNT + 1);
    expect(stopped.at(-1)).toMatchObject({ code: 0 });
  });

  test('when all hear the same Ctrl-C, the primary twice, it is one wish', async () => {
    for (const pid of pidsOf(cluster).values()) process.kill(pid, 'SIGINT');
    cluster.primary.signal('SIGINT');
    cluster.primary.signal('SIGTERM');
    await untilRefused(cluster);
    await expectAllFinished(held);
    expect(await cluster.primary.ended).toMatchObject({ code: 0, signal: null });
  });

  test('told twice, half a second apart or more, they end at once', async () => {
    cluster.primary.signal('SIGTERM');
    await untilRefused(cluster); // as soon as the grace is over
    cluster.primary.signal('SIGTERM');
    expect(await cluster.primary.ended).toMatchObject({ code: 1, signal: null });
    for (const { answer } of all(held)) expect((await answer).ended).not.toBe('complete');
    await gone([...pidsOf(cluster).values()]);
  });

  test('when their primary is killed, they take nobody new, finish every stream, and go', async () => {
    cluster.primary.signal('SIGKILL');
    await untilRefused(cluster);
    for (const slot of await readdir(spool)) expect(await isSlotAlive(join(spool, slot))).toBe(true);
    await expectAllFinished(held);
    await gone([...pidsOf(cluster).values()]);
  });
});

describe('a start that fails', () => {
  test('for a wrong value ends with 2', async () => {
    const { code, stderr } = await launchApp('gateway', { UPSTREAM_URL: provider.url, WEB_CONCURRENCY: '1.5' }).ended;
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'WEB_CONCURRENCY must be a whole number from 1 to 256, not "1.5"\n',
    });
  });

  test('says why, once', async () => {
    const path = join(directory, 'file');
    await writeFile(path, '');
    const env = { UPSTREAM_URL: provider.url, WEB_CONCURRENCY: '3', SPOOL_DIR: path };
    const { code, stderr } = await launchApp('gateway', env).ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `SPOOL_DIR ${path} cannot be written: there is a file of that name (EEXIST)\n`,
    });
  });

  test('for a port that another gateway has shares it with nobody', async () => {
    const cluster = await start();
    const { port } = new URL(cluster.url);
    const env = { UPSTREAM_URL: provider.url, WEB_CONCURRENCY: '2', PORT: port };
    const { code, stderr } = await launchApp('gateway', env).ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: `PORT ${port} on 127.0.0.1 is taken: name another one\n` });
    await cluster.primary.stop();
  });
});

test('npm start takes them, and asked twice leaves none of them behind', async () => {
  const home = await makeDirectory();
  const { databaseUrl } = weir.home.location;
  const env = { ...FREE_PORTS, WEIR_DIR: home.directory, DATABASE_URL: databaseUrl, SHUTDOWN_TIMEOUT_MS: '20000' };
  const run = await startLocally(env, ['--web-concurrency', '2']);
  try {
    const body = JSON.stringify({ model: 'sim:tokens=2000,every=30', stream: true, messages: [] });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${run.url}/v1/chat/completions`, { method: 'POST', headers, body });
    const again = setInterval(() => run.signal('SIGINT'), 50);
    await run.ended.finally(() => clearInterval(again));
    await expect(answer.text()).rejects.toThrow();
    await gone(run.started);
  } finally {
    await endAll([run]);
    await home.remove();
  }
});
