import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Spool } from '@weir/infra/spool';
import { append, inspect, numbersIn, openSpoolHome, range, type SpoolHome } from './spool-home.ts';
import { startSpoolProcess } from './spool-processes.ts';

const KIB = 1024;
const numbersOf = async (spool: Spool) => await numbersIn(await spool.seal());
const refusalOf = (append: Promise<unknown>) => append.then(() => undefined).catch((error: unknown) => error);
const refused = (code: string) => ({
  name: 'SpoolUnwritable',
  code: 'spool_unwritable',
  message: expect.stringMatching(new RegExp(`^SPOOL_DIR \\S+ cannot be written: [a-z ,-]+ \\(${code}\\)$`)),
});

async function removeAll(spool: Spool): Promise<void> {
  for (const segment of await spool.seal()) await segment.remove();
}

const disk = mkdtempSync(join(tmpdir(), 'weir-disk-'));
const system = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: 'utf8' }).status === 0;
const mounted = system('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk);
if (!mounted) process.stderr.write('SKIPPED: a spool on a full disk, for which a file system must be mounted\n');

afterAll(() => {
  if (mounted) system('umount', disk);
  rmdirSync(disk);
});

(mounted ? describe : describe.skip)('on a disk of 64 KiB', () => {
  let home: SpoolHome;
  let spool: Spool;
  beforeEach(async () => {
    home = await openSpoolHome(disk);
    spool = await home.open();
  });
  afterEach(() => home.leave());

  const text = 'x'.repeat(500);
  const appendLong = (n: number) => spool.append({ n, text });

  /** The numbers that were acknowledged before the first that was refused. */
  async function fillUp(): Promise<number[]> {
    for (const n of range(0, 1_000)) {
      const refusal = await refusalOf(appendLong(n));
      if (refusal === undefined) continue;
      expect(refusal).toMatchObject(refused('ENOSPC'));
      return range(0, n);
    }
    throw new Error('The disk never was full.');
  }

  test('a record that does not fit is refused, and those before it are whole', async () => {
    const kept = await fillUp();
    expect(kept.length).toBeGreaterThan(100);
    expect(spool.stats().records).toBe(kept.length);
    expect((await inspect(home.directory)).map(({ numbers }) => numbers)).toEqual([kept]);
    expect(await numbersOf(spool)).toEqual(kept);
  });

  test('all of a group that does not fit are refused, and nothing of them is kept', async () => {
    await append(spool, 1);
    const crowd = await Promise.allSettled(range(100, 300).map(appendLong));
    expect(new Set(crowd.map(({ status }) => status))).toEqual(new Set(['rejected']));
    await append(spool, 2);
    expect(await numbersOf(spool)).toEqual([1, 2]);
  });

  test('it appends again once its own records are taken away', async () => {
    await fillUp();
    await removeAll(spool);
    expect(spool.stats().records).toBe(0);
    expect((await fillUp()).length).toBeGreaterThan(100);
  });

  test('it appends again once others make room, behind what it kept', async () => {
    await append(spool, 1);
    const filler = join(disk, 'filler');
    await writeFile(filler, Buffer.alloc(64 * KIB)).catch(() => undefined);
    for (let inARow = 0; inARow < 3; inARow += 1) {
      expect(await refusalOf(spool.append({ n: 0, text: 'x'.repeat(8 * KIB) }))).toMatchObject(refused('ENOSPC'));
    }
    await rm(filler);
    await spool.append({ n: 2, text: 'x'.repeat(8 * KIB) });
    expect(await numbersOf(spool)).toEqual([1, 2]);
  });

  test('it appends again once somebody makes room by clearing it away', async () => {
    await writeFile(join(disk, 'filler'), Buffer.alloc(64 * KIB)).catch(() => undefined);
    expect(await refusalOf(append(spool, 1))).toMatchObject(refused('ENOSPC'));
    await rm(await home.slot(), { recursive: true });
    await rm(join(disk, 'filler'));
    await append(spool, 2);
    expect(await numbersOf(spool)).toEqual([2]);
  });

  test('while it is mounted read-only nothing is appended, and afterwards all is as before', async () => {
    await append(spool, 1);
    await spool.seal();
    expect(system('mount', '-o', 'remount,ro', disk)).toBe(true);
    try {
      expect(await refusalOf(append(spool, 2))).toMatchObject(refused('EROFS'));
      expect(await refusalOf(home.open())).toMatchObject(refused('EROFS'));
    } finally {
      system('mount', '-o', 'remount,rw', disk);
    }
    await append(spool, 3);
    expect(await numbersOf(spool)).toEqual([1, 3]);
  });
});

describe('where the system refuses', () => {
  let home: SpoolHome;
  beforeEach(async () => {
    home = await openSpoolHome();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await home.leave();
  });

  const limited = system('prlimit', '--fsize=65536', 'true');
  if (!limited) process.stderr.write('SKIPPED: a spool under a limit of file size, for which there must be prlimit\n');

  (limited ? test : test.skip)('larger files, it begins another, and only what fits in none is refused', async () => {
    const under = startSpoolProcess(['prlimit', `--fsize=${2 * KIB}`]);
    try {
      await under.tell('open', home.directory);
      for (const n of range(0, 40)) await under.tell('append', { from: n, to: n + 1, size: 300 });
      await expect(under.tell('append', { from: 40, to: 41, size: 8 * KIB })).rejects.toMatchObject({
        name: 'SpoolUnwritable',
        message: expect.stringContaining('(EFBIG)'),
      });
      await under.tell('append', { from: 41, to: 42, size: 300 });
    } finally {
      await under.kill();
    }
    const [deadSpool] = await (await home.open()).adopt();
    expect(await numbersIn(deadSpool?.segments ?? [])).toEqual([...range(0, 40), 41]);
  });

  (process.getuid?.() === 0 ? test : test.skip)('this user, it says so', async () => {
    const stranger = startSpoolProcess();
    try {
      await (await home.open()).close();
      await stranger.tell('become', NOBODY);
      await expect(stranger.tell('open', home.directory)).rejects.toMatchObject({
        name: 'SpoolUnwritable',
        message: `SPOOL_DIR ${home.directory} cannot be written: this user may not write there (EACCES)`,
      });
    } finally {
      await stranger.kill();
    }
  });

  test('a sync, the record goes into a file that can be trusted, and what was in the other stays', async () => {
    const spool = await home.open();
    await append(spool, 1);
    await failSyncs(1);
    await append(spool, 2);
    await append(spool, 3);
    expect(await home.files()).toEqual(['000001.spool', '000002.spool', 'lock']);
    expect(await numbersOf(spool)).toEqual([1, 2, 3]);
  });

  test('a sync in that file as well, the record is refused, and nothing of it is kept', async () => {
    const spool = await home.open();
    await append(spool, 1);
    await failSyncs(2);
    expect(await refusalOf(append(spool, 2))).toMatchObject(refused('EIO'));
    await append(spool, 3);
    expect(await numbersOf(spool)).toEqual([1, 3]);
    expect(await home.files()).toEqual(['000001.spool', '000003.spool', 'lock']);
  });

  test('every sync, no files pile up', async () => {
    const spool = await home.open();
    await failSyncs(100);
    for (const n of range(0, 20)) expect(await refusalOf(append(spool, n))).toMatchObject(refused('EIO'));
    await spool.seal();
    expect(await home.files()).toEqual(['lock']);
  });
});

describe('syncs', () => {
  let home: SpoolHome;
  beforeEach(async () => {
    home = await openSpoolHome();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await home.leave();
  });

  test('of 5,000 records that come at once are one', async () => {
    const spool = await home.open();
    const syncs = await watchSyncs();
    await append(spool, ...range(0, 5_000));
    expect(syncs).toHaveBeenCalledTimes(1);
  });

  test('of records that keep coming from a hundred places are one for many', async () => {
    const spool = await home.open();
    const syncs = await watchSyncs();
    const place = async () => {
      for (const n of range(0, 50)) await append(spool, n);
    };
    await Promise.all(range(0, 100).map(place));
    expect(syncs.mock.calls.length).toBeLessThanOrEqual(200);
    expect(spool.stats().records).toBe(5_000);
  });

  test('are over when an append is, and so are those of the names of its file and of the slot', async () => {
    const ofNames = await watchSyncs('sync');
    const spool = await home.open();
    expect(ofNames).toHaveBeenCalledTimes(2);
    const syncs = await watchSyncs();
    await append(spool, 1);
    expect([ofNames.mock.calls.length, syncs.mock.calls.length]).toEqual([3, 1]);
    await append(spool, 2);
    expect([ofNames.mock.calls.length, syncs.mock.calls.length]).toEqual([3, 2]);
  });
});

const NOBODY = 65_534;

async function failSyncs(times: number): Promise<void> {
  const error = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO', syscall: 'fdatasync' });
  const syncs = await watchSyncs();
  for (let time = 0; time < times; time += 1) syncs.mockRejectedValueOnce(error);
}

/** Of all files, or with `sync` of all directories. */
async function watchSyncs(kind: 'datasync' | 'sync' = 'datasync') {
  const file = await open(import.meta.filename);
  await file.close();
  return jest.spyOn(Object.getPrototypeOf(file) as FileHandle, kind);
}
