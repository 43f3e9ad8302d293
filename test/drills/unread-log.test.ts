// Nobody reads the log: a supervisor hangs, a terminal is paused, a log shipper is behind. It is no reason for a stream to
// wait.
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { askRaw } from '../support/raw-http.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { startUnread, type Unread } from './unread-log.ts';

jest.setTimeout(60_000);

const LANES = 4;
// What these log at debug is several times as much as a pipe holds.
const CROWD = 200;
const COMPARED = 30;
const NOTICEABLE_MS = 50;

let weir: Weir;
let heard: Gateway;
let unread: Unread;

beforeAll(async () => {
  weir = await openWeir('Postgres');
  heard = await weir.startGateway({ LOG_LEVEL: 'debug' });
});
afterEach(() => unread.remove());
afterAll(() => weir.close());

const start = (env: Record<string, string> = {}) =>
  startUnread({ ...weir.home.env, UPSTREAM_URL: weir.upstreamUrl, LOG_LEVEL: 'debug', ...env });

/** One short stream → its id, and how long it took. */
async function ask({ url }: { url: string }): Promise<{ id: string; ms: number }> {
  const begun = performance.now();
  const body = { model: 'sim:tokens=3,every=0', messages: [], stream: true };
  const answer = await askRaw({ url: new URL('/v1/chat/completions', url), body });
  expect(answer).toMatchObject({ ended: 'complete', text: expect.stringContaining('data: [DONE]') });
  return { id: /x-weir-request-id: (\S+)/.exec(answer.head)?.[1] ?? '', ms: performance.now() - begun };
}

async function crowd(gateway: { url: string }): Promise<string[]> {
  const ids: string[] = [];
  const lane = async () => {
    while (ids.length < CROWD) ids.push((await ask(gateway)).id);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return ids;
}

test('every stream is served as fast as where it is read, has its row, and is in the log when it is read again', async () => {
  unread = await start();
  const ids = await crowd(unread);
  const pairs = [];
  for (let pair = 0; pair < COMPARED; pair += 1) pairs.push({ here: await ask(unread), there: await ask(heard) });
  const there = pairs.map((pair) => pair.there.ms);
  const noise = Math.max(...there) - Math.min(...there);
  expect(medianOf(pairs.map(({ here }) => here.ms))).toBeLessThan(medianOf(there) + Math.max(NOTICEABLE_MS, noise));

  const all = [...ids, ...pairs.map(({ here }) => here.id)];
  for (const id of all) expect(await weir.rows.of(id)).toMatchObject({ status: 'ok' });
  const reading = unread.read();
  expect(await unread.stop()).toBe(0);
  const lines = await reading;
  const settled = lines.filter(({ event }) => event === 'completion.settled').map(({ request_id }) => request_id);
  expect(settled.toSorted()).toEqual(all.toSorted());
  expect(lines.map(({ time }) => time)).toEqual(lines.map(({ time }) => time).toSorted());
  expect(lines.at(-1)).toMatchObject({ event: 'gateway.stopped' });
});

test('of several processes none waits for the pipe, though one of them is killed, and they end with 0 unread', async () => {
  unread = await start({ WEB_CONCURRENCY: '2' });
  const ids = await crowd(unread);
  const [killed = 0] = childrenOf(unread.pid);
  process.kill(killed, 'SIGKILL');
  while (childrenOf(unread.pid).includes(killed)) await turn(); // it would still be given connections
  for (let count = 0; count < COMPARED; count += 1) ids.push((await ask(unread)).id);
  for (const id of ids) expect(await weir.rows.of(id)).toMatchObject({ status: 'ok' });
  expect(await unread.stop()).toBe(0);
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}
