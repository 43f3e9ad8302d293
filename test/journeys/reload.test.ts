// SIGHUP under running streams: what stands in the files is taken from the next request on, or refused as a whole, and no
// stream notices either. It used to end the process.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { launchProcess } from '../support/processes.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { scrape } from '../support/scrape.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { HELD, type HeldStream, holdStream } from './held-stream.ts';

jest.setTimeout(120_000);

const STREAMS = 100;
const ANSWER =
  '{"id":"c","model":"m","choices":[{"finish_reason":"stop","message":{}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}';

let weir: Weir;
let first: Provider;
let second: Provider;

beforeAll(async () => {
  [weir, first, second] = await Promise.all([openWeir('Postgres'), startProvider(), startProvider()]);
  second.answer({ pieces: [ANSWER], headers: { 'content-type': 'application/json' } });
});

afterAll(async () => {
  await Promise.all([first.close(), second.close()]);
  await weir.close();
});

describe.each([
  ['a gateway', 1],
  ['a gateway of two processes', 2],
])('%s', (_what, processes) => {
  let directory: string;
  let gateway: Gateway;
  const files = () => ({ config: join(directory, 'weir.yaml'), keys: join(directory, 'keys') });
  const routedTo = (name: string, { url }: Provider) =>
    `upstreams: { ${name}: { url: "${url}", api_key: sk-of-ours } }\n`;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weir-reload-'));
    const { config, keys } = files();
    await writeFile(config, routedTo('first', first));
    await writeFile(keys, 'team-a=old-key\n');
    const env = {
      WEIR_CONFIG: config,
      GATEWAY_KEYS_FILE: keys,
      WEB_CONCURRENCY: String(processes),
      LOG_LEVEL: 'debug',
    };
    gateway = await weir.startGateway(env);
  });

  afterAll(() => rm(directory, { recursive: true }));

  /** Resolves with the line that says what became of it. */
  async function hangUp(event: string): Promise<Readonly<Record<string, unknown>>> {
    const lines = () => gateway.process.log.filter((line) => line['event'] === event);
    const before = lines().length;
    gateway.process.signal('SIGHUP');
    while (lines().length === before) await pause(10);
    return lines().at(-1) ?? {};
  }

  async function ask(key: string): Promise<{ status: number; id: string }> {
    const headers = { 'content-type': 'application/json', 'x-weir-key': key, connection: 'close' };
    const body = JSON.stringify({ model: 'm', messages: [] });
    const answer = await fetch(new URL('/v1/chat/completions', gateway.url), { method: 'POST', headers, body });
    await answer.text();
    return { status: answer.status, id: answer.headers.get('x-weir-request-id') ?? '' };
  }

  /** As often as it takes for each process to be asked, as good as surely. */
  const askOften = (key: string) => Promise.all(Array.from({ length: processes * 10 }, () => ask(key)));

  /** Of several processes; resolves when another serves in its place. */
  function killOne(): () => Promise<void> {
    const started = () => gateway.process.log.filter(({ event }) => event === 'process.started');
    const before = started().length;
    process.kill(Number(started().at(-1)?.['pid']), 'SIGKILL');
    return async () => {
      while (started().length === before) await pause(20);
    };
  }

  test('that is told to read its files again under a hundred streams ends them all whole, and serves by the new ones', async () => {
    const streams: HeldStream[] = [];
    const headers = 'x-weir-key: old-key\r\n';
    while (streams.length < STREAMS) streams.push(await holdStream(first, gateway.url, { headers }));
    const { config, keys } = files();
    await writeFile(config, routedTo('second', second));
    await writeFile(keys, 'team-b=new-key\n');
    const said = await hangUp('config.reloaded');
    expect(said).toMatchObject({ upstreams: ['second'], keys: 1, key_names: expect.anything() });
    expect(Object.values(said['key_names'] as object)).toEqual(['team-b']);

    for (const { status } of await askOften('old-key')) expect(status).toBe(401);
    const asked = second.asked.length;
    const served = await askOften('new-key');
    expect(second.asked.length).toBe(asked + served.length);
    for (const { id } of served) expect(await weir.rows.of(id)).toMatchObject({ status: 'ok', upstream: 'second' });

    for (const stream of streams) stream.letGo();
    for (const { id, answer } of streams) {
      expect(await answer).toMatchObject({ ended: 'complete', text: HELD });
      expect(await weir.rows.of(id)).toMatchObject({ status: 'ok', upstream: 'first' });
    }
  });

  test.each([
    [
      'a file that is not YAML',
      () => writeFile(files().config, 'upstreams: {'),
      /weir\.yaml: line 1: is not valid YAML$/,
    ],
    [
      'one that does not fit',
      () => writeFile(files().config, 'upstreams: { a: {} }'),
      /weir\.yaml: upstreams\.a\.url: /,
    ],
    [
      'keys that are none',
      async () => {
        await writeFile(files().config, routedTo('first', first));
        await writeFile(files().keys, 'team-b=SECRET SECRET\n');
      },
      /^GATEWAY_KEYS_FILE: .*keys: line 1: /,
    ],
    ['no keys', () => writeFile(files().keys, '# none\n'), /^GATEWAY_KEYS_FILE: .*keys: holds no key$/],
    ['no file', () => rm(files().keys), /^GATEWAY_KEYS_FILE: .*keys cannot be read \(ENOENT\)$/],
  ])('that finds %s keeps what it has, and says what is wrong where', async (_what, spoil, problem) => {
    await spoil();
    expect(await hangUp('config.refused')).toMatchObject({ problems: [expect.stringMatching(problem)] });
    expect(JSON.stringify(gateway.process.log)).not.toContain('SECRET');
    const asked = second.asked.length;
    const served = await askOften('new-key');
    expect(served.map(({ status }) => status)).toEqual(served.map(() => 200));
    expect(second.asked.length).toBe(asked + served.length);
  });

  if (processes > 1)
    test('starts a process in the place of one that died by what it has, though the files are wrong now', async () => {
      const untilStarted = killOne();
      await untilStarted();
      const served = await askOften('new-key');
      expect(served.map(({ status }) => status)).toEqual(served.map(() => 200));
    });

  test('shows in its metrics that the files are not what it serves by, until they are', async () => {
    const refused = async () => (await scrape(gateway.process)).value('weir_config_refused');
    expect(await refused()).toBe(1);
    await writeFile(files().config, routedTo('second', second));
    await writeFile(files().keys, 'team-b=new-key\n');
    await hangUp('config.reloaded');
    expect(await refused()).toBe(0);
  });

  if (processes > 1)
    test('tells a process that is only starting as well', async () => {
      const untilStarted = killOne();
      await writeFile(files().keys, 'team-c=newest-key\n');
      await hangUp('config.reloaded');
      await untilStarted();
      for (const { status } of await askOften('new-key')) expect(status).toBe(401);
      for (const { status } of await askOften('newest-key')) expect(status).toBe(200);
    });
});

describe.each([1, 2])('SIGHUP in a gateway of %d processes that has hardly begun to start', (processes) => {
  /** Sent by each process to itself as it loads its first module after these two. */
  const AT_ONCE = `data:text/javascript,import{registerHooks}from'node:module';let sent=false;
    registerHooks({load(url,context,next){
      if(!sent&&url.includes('/apps/gateway/src/')&&!/\\/(main|hangups)\\.ts$/.test(url)){
        sent=true;process.kill(process.pid,'SIGHUP');
      }
      return next(url,context);
    }})`.replaceAll('\n', '');

  test('does not end it, and is heard when it has started', async () => {
    const spool = await mkdtemp(join(tmpdir(), 'weir-reload-spool-'));
    const env = {
      ...weir.home.env,
      UPSTREAM_URL: second.url,
      SPOOL_DIR: spool,
      PORT: '0',
      METRICS_PORT: '0',
      SHUTDOWN_GRACE_MS: '0',
      WEB_CONCURRENCY: String(processes),
    };
    const gateway = launchProcess('apps/gateway/src/main.ts', { nodeArgs: ['--import', AT_ONCE], env });
    await gateway.ready;
    await gateway.logged('config.reloaded');
    expect(gateway.output()).not.toContain('process.lost');
    await gateway.stop();
    await rm(spool, { recursive: true });
  });
});

test('a gateway that has no files goes on as it was', async () => {
  const gateway = await weir.startGateway({ UPSTREAM_URL: second.url });
  gateway.process.signal('SIGHUP');
  await gateway.process.logged('config.reloaded');
  expect((await fetch(new URL('/v1/models', gateway.url))).status).toBe(200);
});
