// Something fails that nobody catches: it is in the log like everything else, and the process ends, to be started again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Launched, launchProcess } from '../support/processes.ts';
import { openWorkerHome, type WorkerHome } from '../support/worker-home.ts';

jest.setTimeout(60_000);

const FAILING = fileURLToPath(new URL('./failing.ts', import.meta.url));
const KINDS = ['an error is thrown', 'a promise is rejected', 'an event finds nobody'];

let home: WorkerHome;
let spool: string;

beforeAll(async () => {
  spool = await mkdtemp(join(tmpdir(), 'weir-fatal-'));
  home = await openWorkerHome({ queueOn: 'Postgres' });
});
afterAll(async () => {
  await home.leave();
  await rm(spool, { recursive: true });
});

async function start(app: 'gateway' | 'worker', failure: string, env: Record<string, string> = {}): Promise<Launched> {
  const apart = { PORT: '0', METRICS_PORT: '0', SHUTDOWN_GRACE_MS: '0', UPSTREAM_URL: 'http://127.0.0.1:9/v1' };
  const launched = launchProcess(`apps/${app}/src/main.ts`, {
    nodeArgs: ['--import', FAILING],
    env: { ...home.env, ...apart, SPOOL_DIR: spool, WEIR_FAILURE: failure, ...env },
  });
  await launched.ready;
  return launched;
}

const FAILED = {
  level: 'fatal',
  event: 'process.failed',
  error: expect.objectContaining({ name: 'TypeError', message: 'a stray error' }),
  stack: expect.stringContaining('failing.ts'),
};

describe.each(KINDS)('%s', (kind) => {
  test.each(['gateway', 'worker'] as const)('in a %s: its last line says so, and it ends with 1', async (app) => {
    const failing = await start(app, kind);
    failing.signal('SIGUSR2');
    expect(await failing.ended).toMatchObject({ code: 1, stderr: '' });
    expect(failing.log.at(-1)).toMatchObject({ ...FAILED, app });
  });
});

test('in one of several gateways: its primary says so too, and starts another', async () => {
  const primary = await start('gateway', 'an error is thrown', { WEB_CONCURRENCY: '2' });
  const { pid, instance } = await primary.logged('process.started');
  process.kill(Number(pid), 'SIGUSR2');
  expect(await primary.logged('process.failed')).toMatchObject({ ...FAILED, instance });
  expect(await primary.logged('process.lost')).toMatchObject({ instance, code: 1 });
  while (primary.log.filter(({ event }) => event === 'process.started').length < 3) await pause(20);
  await primary.stop();
});

test('in a primary: it ends with 1, and its gateways end by themselves', async () => {
  const primary = await start('gateway', 'a promise is rejected', { WEB_CONCURRENCY: '2' });
  const gateways = primary.log.filter(({ event }) => event === 'process.started');
  expect(gateways).toHaveLength(2);
  primary.signal('SIGUSR2');
  expect(await primary.ended).toMatchObject({ code: 1, stderr: '' }); // its output ends when theirs does
  expect(primary.log).toContainEqual(expect.objectContaining(FAILED));
  expect(primary.log.filter(({ event }) => event === 'gateway.stopped')).toHaveLength(2);
});
