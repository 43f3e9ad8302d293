// `npm start` as whoever tries Weir meets it: up, used, stopped, started again; and when something is in its way.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { launchProcess, runProcess, startProcess } from '../support/processes.ts';
import { createDatabase, redisPrefix, redisServer } from '../support/services.ts';
import { endAll, FREE_PORTS, gone, type LocalRun, makeDirectory, pidOf, rowOf, startLocally } from './local-run.ts';

jest.setTimeout(120_000);

let home: Awaited<ReturnType<typeof makeDirectory>>;
let env: Record<string, string>;
let runs: LocalRun[];

beforeAll(async () => {
  home = await makeDirectory();
  env = { ...FREE_PORTS, WEIR_DIR: home.directory };
  runs = [];
});

afterAll(async () => {
  await endAll(runs);
  await home.remove();
});

async function start(own: Record<string, string> = {}, args: string[] = []): Promise<LocalRun> {
  const run = await startLocally({ ...env, ...own }, args);
  runs.push(run);
  return run;
}

/** Resolves with the response's head, while its body still comes. */
function ask({ url }: { url: string }, model: string): Promise<Response> {
  const body = JSON.stringify({ model, stream: true, messages: [] });
  const headers = { 'content-type': 'application/json' };
  return fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
}

/** Does what the printed `curl` line does; the request's id. */
async function pasteCurl({ output }: LocalRun): Promise<string> {
  const [, url = '', type = '', body = ''] = /curl -N (\S+) -H '(.+?)' -d '(.+)'/.exec(output()) ?? [];
  const headers = Object.fromEntries([type.split(': ')]);
  const answer = await fetch(url, { method: 'POST', headers, body });
  expect(await answer.text()).toMatch(/^data: \{.*data: \[DONE\]\n\n$/s);
  return answer.headers.get('x-weir-request-id') ?? '';
}

async function stopped(run: LocalRun, signal: NodeJS.Signals): Promise<number | null> {
  run.signal(signal);
  const { code } = await run.ended;
  await gone(run.started);
  await expect(fetch(`${run.url}/healthz`)).rejects.toThrow();
  return code;
}

async function takePort(): Promise<{ port: number; release(): void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, release: () => server.close() };
}

describe('npm start', () => {
  let first: LocalRun;
  let id: string;

  test('brings everything up, says where it is, and the curl line that it prints leaves a row', async () => {
    first = await start();
    for (const part of ['PostgreSQL', 'migrations', 'simulator', 'worker', 'gateway']) {
      expect(first.output()).toMatch(new RegExp(`✔ ${part} .*\\d\\.\\d s\n`));
    }
    expect(first.output()).toContain(`${first.url}/v1\n`);
    expect(first.output()).toContain(`${first.databaseUrl}\n`);
    expect(first.output()).toContain('npm run studio');
    id = await pasteCurl(first);
    expect(await rowOf(first.databaseUrl, id)).toMatchObject({ id, status: 'ok', terminal_seen: true });
  });

  test('says of its rows that they are the simulator’s, and cost nothing that anybody bills', async () => {
    const simulated = { upstream: 'simulator', unpriced: 'simulated', cost: null, cost_source: null, price: null };
    const row = await rowOf(first.databaseUrl, id);
    expect(row).toMatchObject({ ...simulated, usage_source: 'reported', model_requested: 'gpt-4o-mini' });
  });

  test('says that it already runs here, and harms nothing', async () => {
    const { code, output } = await runProcess('infra/local/main.ts', { env });
    expect({ code, output }).toEqual({
      code: 1,
      output: `npm start already runs in ${home.directory} (process ${first.pid}). Stop that one first.\n`,
    });
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  });

  test('shows its rows in Studio', async () => {
    const { port, release } = await takePort();
    release();
    const flags = { env: { DATABASE_URL: first.databaseUrl }, args: ['--port', String(port), '--browser', 'none'] };
    const studio = launchProcess('infra/local/studio.ts', flags);
    try {
      await studio.said('running at');
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('/studio.js');
      const query = { sql: 'SELECT id FROM completions', parameters: [] };
      const body = JSON.stringify({ procedure: 'query', query });
      const answer = await fetch(`http://127.0.0.1:${port}/bff`, { method: 'POST', body });
      expect(await answer.json()).toEqual([null, [{ id }]]);
    } finally {
      await studio.stop();
    }
  });

  test('stops on Ctrl-C, the gateway first and PostgreSQL last, and leaves no process behind', async () => {
    expect(await stopped(first, 'SIGINT')).toBe(0);
    expect(first.output()).toMatch(
      /✔ gateway +stopped.*✔ worker +stopped.*✔ simulator +stopped.*✔ PostgreSQL +stopped/s,
    );
  });

  test('starts again on the same data', async () => {
    const again = await start();
    expect(await rowOf(again.databaseUrl, id)).toMatchObject({ id });
    expect(await stopped(again, 'SIGTERM')).toBe(0);
  });

  test('finishes a stream that is under way, though npm passes the same Ctrl-C on once more', async () => {
    const run = await start();
    const answer = await ask(run, 'sim:tokens=20,every=30');
    run.signal('SIGINT');
    run.signal('SIGINT');
    expect(await answer.text()).toContain('data: [DONE]');
    expect((await run.ended).code).toBe(0);
  });

  test('ends at once when it is asked again', async () => {
    const run = await start();
    const answer = await ask(run, 'sim:tokens=2000,every=30');
    const again = setInterval(() => run.signal('SIGINT'), 50);
    const { code, signal } = await run.ended.finally(() => clearInterval(again));
    // One more may meet it when it is all but gone, and has no ear for signals any more: to a shell that is the same.
    expect(code ?? (signal === 'SIGINT' ? 130 : signal)).toBe(130);
    await expect(answer.text()).rejects.toThrow();
    await gone(run.started);
  });

  test('starts again after it was killed, and what it had started goes', async () => {
    const killed = await start();
    killed.signal('SIGKILL');
    await killed.ended;
    const again = await start();
    await gone(killed.started);
    expect(await rowOf(again.databaseUrl, await pasteCurl(again))).toMatchObject({ status: 'ok' });
    expect(await stopped(again, 'SIGINT')).toBe(0);
  });

  test('stops everything when a part of it ends by itself, and says which', async () => {
    const run = await start();
    process.kill(pidOf(run, 'apps/worker/'), 'SIGKILL');
    expect((await run.ended).code).toBe(1);
    expect(run.output()).toContain('\nworker was ended by SIGKILL, without being asked to.\n');
    await gone(run.started);
  });
});

describe('npm start does not start', () => {
  test.each([
    ['PORT', 'PORT (or --port)'],
    ['METRICS_PORT', 'METRICS_PORT'],
    ['POSTGRES_PORT', 'POSTGRES_PORT'],
  ])('when %s is taken, and names it', async (name, remedy) => {
    const { port, release } = await takePort();
    const { code, output } = await runProcess('infra/local/main.ts', { env: { ...env, [name]: String(port) } });
    release();
    expect(code).toBe(1);
    expect(output).toContain(`127.0.0.1:${port} is taken, probably by `);
    expect(output).toContain(`choose another port with ${remedy}.`);
  });

  test('on a setting of its own that is wrong', async () => {
    const { code, output } = await runProcess('infra/local/main.ts', { env, args: ['--port', 'eighty'] });
    expect({ code, output }).toMatchObject({ code: 2, output: expect.stringMatching(/^--port must be .*"eighty"\n$/) });
  });

  test('on a flag that the gateway refuses, and leaves nothing running', async () => {
    const { code, output } = await runProcess('infra/local/main.ts', { env, args: ['--no-such-flag'] });
    expect(code).toBe(2);
    expect(output).toContain('--no-such-flag is not an option here');
    expect(output).toMatch(/✔ PostgreSQL +stopped/);
  });

  test('where others could spend without a key, and says what to do', async () => {
    const { code, output } = await runProcess('infra/local/main.ts', { env: { ...env, HOST: '0.0.0.0' } });
    expect(code).toBe(2);
    expect(output).toMatch(/^GATEWAY_KEYS .*HOST 0\.0\.0\.0 .*OPEN=yes/m);
    expect(output).toMatch(/✔ PostgreSQL +stopped/);
  });
});

test.each([
  ['UPSTREAM_URL', { upstream: 'default', cost_source: 'known', unpriced: null }],
  ['SIMULATOR_URL', { upstream: 'simulator', cost_source: null, unpriced: 'simulated' }],
])(
  'npm start uses the database, the queue and the %s that it is given, and brings none of its own',
  async (name, told) => {
    const [database, keys] = [await createDatabase(), redisPrefix()];
    const simulator = await startProcess('apps/simulator/src/main.ts', { env: { PORT: '0' } });
    try {
      const redis = redisServer();
      const given = { DATABASE_URL: database.url, QUEUE_PREFIX: keys.prefix, [name]: simulator.url };
      const run = await start({ ...given, ...(redis && { REDIS_URL: redis }) });
      const answerer = name === 'UPSTREAM_URL' ? 'your provider' : 'your simulator';
      expect(run.output()).toContain(`Answers      from ${answerer}`);
      expect(run.output()).not.toMatch(/✔ (PostgreSQL|simulator)/);
      expect(run.output()).toContain(`Queue        on ${redis ? 'Redis' : 'PostgreSQL'}`);
      const answer = await ask(run, 'gpt-4o-mini');
      expect(await answer.text()).toContain('data: [DONE]');
      const id = answer.headers.get('x-weir-request-id') ?? '';
      expect(await rowOf(database.url, id)).toMatchObject({ id, status: 'ok', ...told });
      expect(await stopped(run, 'SIGTERM')).toBe(0);
    } finally {
      await endAll(runs);
      await simulator.stop();
      await keys.clean();
      await database.drop();
    }
  },
);
