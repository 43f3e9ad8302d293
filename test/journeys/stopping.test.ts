// How a gateway comes and goes: what it still does once it is told to stop, and what it does not even start with.
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { launchApp, type ProcessEnd } from '../support/processes.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { askRaw, type RawAnswer, readRaw, sendRaw } from '../support/raw-http.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { HELD, type HeldStream, holdStream } from './held-stream.ts';

const MODELS = '{"data":[{"id":"held"}]}';
const JSON_TYPE = { 'content-type': 'application/json' };

let weir: Weir;
let provider: Provider;
let directory: string;

beforeAll(async () => {
  [weir, provider] = await Promise.all([openWeir('Postgres'), startProvider()]);
  directory = await mkdtemp(join(tmpdir(), 'weir-stopping-'));
});

afterAll(async () => {
  await provider.close();
  await weir.close();
  await rm(directory, { recursive: true });
});

describe('a gateway that is told to stop', () => {
  const seen = {} as {
    readiness: number;
    newcomer: RawAnswer;
    models: string[];
    refusal: string | undefined;
    streamed: string;
    late: RawAnswer;
    end: ProcessEnd;
  };
  let stream: HeldStream;

  beforeAll(async () => {
    const gateway = await weir.startGateway({ UPSTREAM_URL: provider.url, SHUTDOWN_GRACE_MS: '1500' });
    const early = await connectEarly(gateway);
    stream = await holdStream(provider, gateway.url);
    const listed = Promise.withResolvers<void>();
    const [asked, models] = [provider.nextAsked(), modelsOf(gateway, listed.promise)];
    await asked;

    gateway.process.signal('SIGTERM');
    await gateway.process.logged('gateway.stopping');
    seen.readiness = (await fetch(new URL('/readyz', gateway.url))).status;
    provider.answer({ pieces: [HELD] });
    seen.newcomer = await askRaw(chatOf(gateway, 'keep-alive'));
    seen.models = [await modelsOf(gateway)];
    listed.resolve();
    seen.models.push(await models);

    seen.refusal = await refusalOf(gateway);
    provider.answer({ pieces: [HELD] });
    sendRaw(chatOf(gateway, 'keep-alive'), early);
    seen.late = await readRaw(early);
    stream.letGo();
    seen.streamed = (await stream.answer).text;
    seen.end = await gateway.process.ended;
  });

  test('is not ready any more, at once', () => {
    expect(seen.readiness).toBe(503);
  });

  test('serves new connections for a while, each once', async () => {
    await expectServed(seen.newcomer);
  });

  test('takes no new connection after that', () => {
    expect(seen.refusal).toBe('ECONNREFUSED');
  });

  test('serves even then who has a connection from before, once', async () => {
    await expectServed(seen.late);
  });

  test('goes on with a stream to its end', async () => {
    expect(seen.streamed).toBe(HELD);
    expect(await weir.rows.of(stream.id)).toMatchObject({ status: 'ok', reason: null, terminal_seen: true });
  });

  test('goes on with what is not metered, and serves more of it', () => {
    expect(seen.models).toEqual([MODELS, MODELS]);
  });

  test('ends with 0', () => {
    expect(seen.end).toMatchObject({ code: 0, signal: null });
  });

  async function expectServed(answer: RawAnswer): Promise<void> {
    expect(answer).toMatchObject({ ended: 'complete', text: HELD });
    expect(answer.head).toMatch(/^connection: close$/im);
    expect(await weir.rows.of(idIn(answer))).toMatchObject({ status: 'ok' });
  }
});

describe('told twice', () => {
  test('at the same time, a gateway takes it for one wish', async () => {
    const gateway = await weir.startGateway({ UPSTREAM_URL: provider.url });
    const stream = await holdStream(provider, gateway.url);
    gateway.process.signal('SIGTERM');
    gateway.process.signal('SIGINT');
    expect(await refusalOf(gateway)).toBe('ECONNREFUSED');
    stream.letGo();
    expect((await stream.answer).text).toBe(HELD);
    expect(await gateway.process.ended).toMatchObject({ code: 0, signal: null });
  });

  test('by the end of whoever started it, and then by a signal, it has been told once by each', async () => {
    const gateway = await weir.startGateway({ UPSTREAM_URL: provider.url });
    const stream = await holdStream(provider, gateway.url);
    gateway.process.disconnect();
    await gateway.process.logged('gateway.stopping');
    gateway.process.signal('SIGTERM');
    expect(await refusalOf(gateway)).toBe('ECONNREFUSED');
    stream.letGo();
    expect((await stream.answer).text).toBe(HELD);
    expect(await gateway.process.ended).toMatchObject({ code: 0, signal: null });
  });

  test('half a second later or more, it ends at once', async () => {
    const gateway = launchApp('gateway', { ...weir.home.env, UPSTREAM_URL: provider.url, SHUTDOWN_GRACE_MS: '600' });
    const { url = '' } = await gateway.ready;
    const stream = await holdStream(provider, url);
    gateway.signal('SIGTERM');
    await refusalOf({ url }); // as soon as the grace is over
    gateway.signal('SIGTERM');
    expect(await gateway.ended).toMatchObject({ code: 1, signal: null });
    expect((await stream.answer).ended).not.toBe('complete');
  });
});

describe('SPOOL_DIR', () => {
  test.each([
    ['is a file', 'file', 'there is a file of that name (EEXIST)'],
    ['is below a file', 'file/spool', 'something in its path is not a directory (ENOTDIR)'],
  ])('that %s keeps a gateway from starting, and it says why', async (_what, path, why) => {
    await writeFile(join(directory, 'file'), '');
    const spool = join(directory, path);
    const { code, stderr } = await launchApp('gateway', { UPSTREAM_URL: provider.url, SPOOL_DIR: spool }).ended;
    expect(stderr).toBe(`SPOOL_DIR ${spool} cannot be written: ${why}\n`);
    expect(code).toBe(1);
  });

  test('may be that of two gateways at once', async () => {
    const env = { UPSTREAM_URL: provider.url, SPOOL_DIR: join(directory, 'spool') };
    provider.answer({ pieces: [HELD] });
    const gateways = await Promise.all([weir.startGateway(env), weir.startGateway(env)]);
    const answers = await Promise.all(gateways.map((gateway) => askRaw(chatOf(gateway, 'close'))));
    for (const answer of answers) expect(await weir.rows.of(idIn(answer))).toMatchObject({ status: 'ok' });
    expect(await readdir(env.SPOOL_DIR)).not.toEqual([]);
  });
});

const chatOf = ({ url }: Gateway, connection: 'close' | 'keep-alive') => ({
  url: new URL('/v1/chat/completions', url),
  body: { model: 'held', stream: true, messages: [] },
  connection,
});

const idIn = ({ head }: RawAnswer): string => /x-weir-request-id: ([\w-]+)/.exec(head)?.[1] as string;

async function modelsOf({ url }: Gateway, heldUntil?: Promise<void>): Promise<string> {
  provider.answer({ headers: JSON_TYPE, pieces: [MODELS], before: async () => heldUntil });
  return (await fetch(new URL('/v1/models', url))).text();
}

/** A connection that was used, and is idle. */
async function connectEarly({ url }: Gateway): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  socket.write('GET /healthz HTTP/1.1\r\nhost: weir\r\n\r\n');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 .*ok\n$/s);
  return socket;
}

/** Knocks until nobody opens. */
async function refusalOf({ url }: Pick<Gateway, 'url'>): Promise<string | undefined> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = createConnection({ host: hostname, port: Number(port) });
    const refusal = await once(socket, 'connect').then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    );
    socket.destroy();
    if (refusal !== undefined) return refusal;
    await pause(20);
  }
}
