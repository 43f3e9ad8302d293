import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLeaving } from './leaving.ts';
import { type Program, startProgram } from './program.ts';
import type { Outcome } from './traffic.ts';

const leaving = createLeaving((line) => {
  throw new Error(line);
});

let provider: Program;
let load: Program;
let pipe: Program;

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weir-programs-'));
  leaving.keep(directory, (path) => rm(path, { recursive: true }));
  const start = (name: string, env = {}) =>
    startProgram({
      program: new URL(`../bench/${name}.ts`, import.meta.url),
      log: join(directory, `${name}.log`),
      leaving,
      env,
    });
  [provider, load] = await Promise.all([start('provider'), start('load')]);
  pipe = await start('pipe', { UPSTREAM_URL: provider.url });
});
afterAll(() => leaving.all());

test('through the pipe every answer is whole, of each kind that ends by itself', async () => {
  for (const kind of ['once', 'json', 'paced'] as const) {
    const traffic = { url: pipe.url, kind, frames: kind === 'json' ? 1 : 10, clients: 3, seconds: 0.5 };
    const { requests, firstByteMs } = await load.tell<Outcome>('traffic', traffic);
    expect(requests).toBeGreaterThanOrEqual(3);
    expect(firstByteMs.p50).toBeGreaterThan(0);
  }
});

test.each(['steady', 'sparse', 'slow'])('streams that are %s stay open until they are told to end', async (kind) => {
  const before = await provider.tell<number>('sent');
  await load.tell('gather', { url: pipe.url, kind, clients: 7, atOnce: 3 });
  await frameAfter(before + 7);
  await provider.tell('close');
  expect(await load.tell('disperse')).toBe(7);
});

/** Each has its first frame, and one of them another. */
async function frameAfter(frames: number): Promise<void> {
  while ((await provider.tell<number>('sent')) <= frames) await new Promise((resolve) => setImmediate(resolve));
}
