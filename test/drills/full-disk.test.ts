// The disk of the spool is full while Redis is away. It is a small file system of its own, for which one must be root.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createClients } from '../support/clients.ts';
import { type Installation, openInstallation } from '../support/installation.ts';
import { NO_REDIS_PROGRAM, type PrivateRedis, startRedis } from '../support/private-redis.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { type RawAnswer, readRaw, sendRaw } from '../support/raw-http.ts';
import { expectOneRowEach } from './one-row-each.ts';
import { expectServed } from './outage.ts';

jest.setTimeout(60_000);

const disk = mkdtempSync(join(tmpdir(), 'weir-disk-'));
const filler = join(disk, 'filler');
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]).status === 0;
if (!mounted) process.stderr.write('SKIPPED: a full disk, for which a file system must be mounted\n');

afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

(mounted && !NO_REDIS_PROGRAM ? describe : describe.skip)('with Redis away', () => {
  let redis: PrivateRedis;
  let installation: Installation;
  let provider: Provider;
  beforeAll(async () => {
    [redis, provider] = await Promise.all([startRedis({ durable: true }), startProvider()]);
    installation = await openInstallation({
      queueOn: 'Redis',
      redisServer: redis.url,
      env: { SPOOL_DIR: join(disk, 'spool') },
    });
  });
  afterAll(async () => {
    await installation.close();
    await provider.close();
    await redis.remove();
  });

  test('a full disk turns new requests away, and loses nothing of those that run; with room again it serves', async () => {
    const clients = createClients();
    const { url, process } = installation.gateway;
    const running = clients.crowd(8, { url, tokens: 40, everyMs: 50 });
    await installation.untilAsked(clients.name, 8);
    await redis.stop();
    await clients.visit({ url });
    await fill();
    const newcomers = Array.from({ length: 20 }, () => clients.visit({ url }));
    expect(await Promise.race(newcomers)).toMatchObject({ saw: 'refused', status: 503, code: 'unmetered' });
    expect(await process.logged('spool.unwritable')).toMatchObject({ level: 'error', reason: expect.any(String) });
    await installation.untilAnswered(clients.name);
    await rm(filler);
    expectServed(await running);
    for (const { saw } of await Promise.all(newcomers)) expect(['refused', 'all']).toContain(saw); // some had room still
    expect(await clients.visit({ url })).toMatchObject({ saw: 'all' });
    await redis.start();
    await expectOneRowEach(installation, clients);
  });

  test('a stream whose end waits for the disk is kept alive meanwhile, and nothing else about it changes', async () => {
    const env = { UPSTREAM_URL: provider.url, SPOOL_DIR: join(disk, 'another'), KEEPALIVE_MS: '100' };
    const { url, process } = await installation.startGateway({ env });
    const letGo = Promise.withResolvers<void>();
    const begin = async (end: string): Promise<Going> => {
      provider.answer({ pieces: [BEGINNING, () => letGo.promise, end] });
      const socket = sendRaw({ url: new URL('/v1/chat/completions', url), body: { model: 'm', stream: true } });
      const going = { answer: readRaw(socket), ...follow(socket) };
      await provider.nextAsked();
      return going;
    };
    const closed = await begin(`${FINISH}\n\ndata: [DONE]\n\n`);
    const unclosed = await begin(FINISH);
    await redis.stop();
    await fill();
    letGo.resolve();
    await Promise.all([closed.heard(FINISH), unclosed.heard(FINISH)]);
    for (const { id } of [closed, unclosed]) await process.logged('completion.at_risk', id());
    await closed.heard(`${FINISH}\n\n${COMMENT.repeat(5)}`);
    await rm(filler);
    const [one, other] = await Promise.all([closed.answer, unclosed.answer]);
    await redis.start();
    expect([one.ended, other.ended]).toEqual(['complete', 'complete']);
    expect(one.text.replaceAll(COMMENT, '')).toBe(`${BEGINNING}${FINISH}\n\ndata: [DONE]\n\n`);
    expect(other.text.replaceAll(COMMENT, '')).toBe(BEGINNING + FINISH);
    expect(other.text.endsWith(FINISH)).toBe(true); // a comment would become part of its last frame
    for (const { id } of [closed, unclosed]) {
      const row = async () => (await installation.ledger.rows()).find((any) => any['id'] === id());
      await installation.ledger.until(async () => (await row()) !== undefined, AbortSignal.timeout(25_000));
      expect(await row()).toMatchObject({ status: 'ok', output_tokens: 2 });
    }
  });
});

interface Going {
  readonly answer: Promise<RawAnswer>;
  /** Resolves when its client has read this. */
  heard(text: string): Promise<void>;
  /** Its request's, once it has heard anything. */
  id(): string;
}

const COMMENT = ': keep-alive\n\n';
const BEGINNING = 'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
const FINISH =
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}';

/** Compared as text that is read: each comment comes in an HTTP chunk of its own. */
function follow(socket: Socket): Omit<Going, 'answer'> {
  let read = '';
  socket.on('data', (bytes) => {
    read += bytes;
  });
  const text = () => read.replaceAll(/\r\n(?:[\da-f]+\r\n)?/g, '');
  const heard = async (awaited: string) => {
    while (!text().includes(awaited)) await once(socket, 'data');
  };
  return { heard, id: () => /x-weir-request-id: (.*?)\r\n/.exec(read)?.[1] ?? '' };
}

async function fill(): Promise<void> {
  const full = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error;
  };
  await writeFile(filler, Buffer.alloc(1024 * 1024)).catch(full);
}
