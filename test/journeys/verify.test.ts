// `npm run verify`, on installations with something in every place.
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { type Launched, launchApp, runProcess } from '../support/processes.ts';
import { completion, deliver } from '../support/worker-completions.ts';
import { fillQueue } from './verify-queue.ts';
import { openScene, type Scene } from './verify-scene.ts';

jest.setTimeout(120_000);

const NOBODY = 'http://127.0.0.1:9/v1';

onEachQueue((queueOn) => {
  let scene: Scene;
  let apps: Launched[] = [];
  beforeEach(async () => {
    scene = await openScene(queueOn);
  });
  afterEach(async () => {
    for (const app of apps) app.signal('SIGKILL');
    await Promise.all(apps.map(({ ended }) => ended));
    apps = [];
    await scene.leave();
  });

  async function start(app: 'gateway' | 'worker', env: Record<string, string>): Promise<void> {
    const launched = launchApp(app, { ...scene.home.env, LOG_LEVEL: 'warn', ...env });
    apps.push(launched);
    await launched.ready;
  }

  test('where everything has its row nothing is missing', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of ids) await scene.row({ id });
    const { code, stderr, lines } = await scene.verify('--ids', await scene.file(...ids, ''));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(countsIn(lines, 'named in the file')).toEqual([3, 0, 0, 0]);
    expect(lines.slice(-2)).toEqual(['rows: 3; of the 3 looked at, 0 are gateway_lost', 'verify: nothing is missing']);
  });

  test('each request is counted where it is, what is missing is named, and all of it comes in the end', async () => {
    const jobs = await fillQueue(scene.home);
    scene.atTheEnd(jobs.letGo);
    const [open, stale, left, lost] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await scene.open('living', open);
    await scene.open('living', stale);
    await scene.open('gone', left);
    await scene.open('gone', lost);
    await scene.row({ id: stale });
    await scene.row({ id: lost, status: 'error', reason: 'gateway_lost' });
    const stopBeating = scene.keepAlive('living');
    const [shipping, waiting, begun, arrived] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const living = await scene.spool(['open', shipping], ['close', shipping]);
    const dead = await scene.spool(['close', waiting], ['open', begun], ['open', arrived], ['close', arrived]);
    await dead.go();
    await scene.row({ id: arrived });
    const nowhere = randomUUID();

    const { code, lines, output } = await scene.verify('--ids', await scene.file(open, arrived, nowhere));
    expect(code).toBe(1);
    expect(lines[0]?.trim().split(/\s{2,}/)).toEqual(['settled', 'open', 'on its way', 'missing']);
    expect(countsIn(lines, 'open at 1 living gateway')).toEqual([1, 1, 0, 0]);
    expect(countsIn(lines, 'left by 1 gateway that died')).toEqual([1, 0, 0, 1]);
    expect(countsIn(lines, 'in the queue, waiting')).toEqual([0, 0, 1, 0]);
    expect(countsIn(lines, 'in the queue, active')).toEqual([0, 0, 1, 0]);
    expect(countsIn(lines, 'in the queue, delayed')).toEqual([0, 0, 1, 0]);
    expect(countsIn(lines, 'dead letters')).toEqual([0, 0, 0, 1]);
    expect(countsIn(lines, 'spooled by 1 living process')).toEqual([0, 0, 1, 0]);
    expect(countsIn(lines, 'spooled by 1 process that died')).toEqual([1, 0, 0, 2]);
    expect(countsIn(lines, 'named in the file')).toEqual([1, 1, 0, 1]);
    expect(lines).toContain('rows: 3; of the 3 looked at, 1 are gateway_lost');
    const missing = lines.slice(lines.indexOf('missing:') + 1, -2).map((line) => line.trim().split('  '));
    expect(new Map(missing as [string, string][])).toEqual(
      new Map([
        [left, 'open at gone, which is gone: a worker makes it a gateway_lost row'],
        [jobs.failed.id, 'a dead letter: npm run dead-letters says why'],
        [waiting, 'in the spool of a process that is gone: it waits for a gateway on this SPOOL_DIR'],
        [begun, 'in the spool of a process that is gone: it waits for a gateway on this SPOOL_DIR'],
        [nowhere, 'named in the file, and nowhere'],
      ]),
    );
    expect(lines.at(-1)).toBe('verify: 5 missing, 4 on the way');
    expect(output).not.toContain('gpt-4o');

    stopBeating();
    await Promise.all([living.go(), jobs.letGo()]);
    await start('gateway', { UPSTREAM_URL: NOBODY, SPOOL_DIR: scene.spoolDir });
    await start('worker', { GATEWAY_LOST_AFTER_MS: '2000' });
    await (await scene.home.queue.getJob(jobs.delayed.id))?.promote();
    await runProcess('apps/worker/src/dead-letters/main.ts', { args: ['--retry'], env: scene.home.env });
    const end = await scene.verify('--wait', '60');
    expect({ code: end.code, last: end.lines.at(-1) }).toEqual({ code: 0, last: 'verify: nothing is missing' });
    expect(await scene.home.count()).toBe(12);
  });

  test('what is still on its way when the time is up is a fault, and a machine can read which', async () => {
    const stuck = completion();
    await deliver(scene.home.queue, [stuck]);
    const patient = await scene.verify();
    expect({ code: patient.code, last: patient.lines.at(-1) }).toEqual({
      code: 0,
      last: 'verify: nothing is missing, 1 on the way',
    });
    const { code, stdout } = await scene.verify('--wait', '1', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ missing: [], onTheWay: [stuck.id], late: [stuck.id], rows: 0 });
  });

  test('jobs of many pages are all seen', async () => {
    const many = Array.from({ length: 2345 }, () => completion());
    await deliver(scene.home.queue, many);
    const { stdout } = await scene.verify('--json');
    expect(new Set(JSON.parse(stdout).onTheWay)).toEqual(new Set(many.map(({ id }) => id)));
  });
});

describe('what it cannot do', () => {
  const DATABASE_URL = 'postgresql://127.0.0.1:1/none';
  const SPOOL_DIR = tmpdir(); // in which no spool is
  const env = { REDIS_URL: 'redis://127.0.0.1:1', DATABASE_URL, SPOOL_DIR };
  const run = (args: string[], own: Record<string, string> = env) =>
    runProcess('infra/verify/main.ts', { args, env: own });

  test.each([
    ['the queue on Redis', env],
    ['the queue on Postgres', { DATABASE_URL, SPOOL_DIR }],
  ])('%s that is away is named in one sentence', async (what, own) => {
    const { code, stdout, stderr } = await run([], own);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`verify: ${what} cannot be read: connect ECONNREFUSED 127.0.0.1:1\n`);
  });

  test('with time to wait it asks a server that is away again', async () => {
    const { code, stderr } = await run(['--wait', '3']);
    expect(code).toBe(2);
    expect(stderr.split('\n').length).toBeGreaterThan(2);
    expect(stderr).toContain('ECONNREFUSED 127.0.0.1:1; looking again, for');
  });

  test.each([
    [['--wait', 'soon'], {}, '--wait must be a whole number from 0 to 2147483, not "soon"\n'],
    [['--ids', '/nowhere.txt'], {}, '--ids: /nowhere.txt cannot be read (ENOENT)\n'],
    [['--ids', 'package.json'], {}, '--ids: line 1 of package.json is no request id\n'],
    [
      [],
      { SPOOL_DIR: '/nowhere/spool' },
      "SPOOL_DIR /nowhere/spool is no directory here: name the one in which this machine's gateways have their spools\n",
    ],
    [[], { REDIS_URL: 'http://127.0.0.1' }, 'REDIS_URL must be a URL that begins with redis:// or rediss://\n'],
  ])('%j with %j is refused by name', async (args, own, sentence) => {
    const { code, stderr } = await run(args as string[], { ...env, ...own } as Record<string, string>);
    expect({ code, stderr }).toEqual({ code: 2, stderr: sentence });
  });

  test('an option that there is not is refused with those that there are', async () => {
    const { code, stderr } = await run(['--dry-run']);
    expect(code).toBe(2);
    expect(stderr).toContain('--wait SECONDS');
  });
});

/** Of one line of the table. */
function countsIn(lines: readonly string[], place: string): number[] {
  const line = lines.find((one) => one.startsWith(`${place} `)) ?? '';
  return line.slice(place.length).trim().split(/\s+/).map(Number);
}
