import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SpoolUnwritable } from '@weir/infra/spool';
import { openSpool } from '@weir/infra/spool/open';
import { append, numbersIn, openSpoolHome, range, recordsIn, type SpoolHome, segmentFile } from './spool-home.ts';

let home: SpoolHome;

beforeEach(async () => {
  home = await openSpoolHome();
});

afterEach(() => home.leave());

describe('what was appended', () => {
  test('comes back, in order', async () => {
    const spool = await home.open();
    const records = [{ n: 1, text: 'zwei Äpfel 🍏', deep: { list: [1, null] } }, [], { n: 2 }];
    for (const record of records) await spool.append(record);
    const segments = await spool.seal();
    expect(await recordsIn(segments)).toEqual(records);
    expect(await recordsIn(segments)).toEqual(records);
  });

  test('at once, comes back in the order of the calls, and is in few segments', async () => {
    const spool = await home.open();
    await append(spool, ...range(0, 5_000));
    const segments = await spool.seal();
    expect(segments).toHaveLength(1);
    expect(await numbersIn(segments)).toEqual(range(0, 5_000));
  });

  test('is a copy: what becomes of the object later is not in it', async () => {
    const spool = await home.open();
    const record = { n: 1 };
    const appended = spool.append(record);
    record.n = 2;
    await appended;
    expect(await numbersIn(await spool.seal())).toEqual([1]);
  });

  test('but what JSON cannot say is refused, and harms nothing', async () => {
    const spool = await home.open();
    await expect(spool.append({ tokens: 1n })).rejects.toThrow('BigInt');
    await append(spool, 1);
    expect(await numbersIn(await spool.seal())).toEqual([1]);
  });
});

describe('segments', () => {
  test('are begun anew when they are full, and keep their order', async () => {
    const spool = await home.open({ maxSegmentBytes: 100 });
    for (const n of range(0, 40)) await append(spool, n);
    const segments = await spool.seal();
    expect(segments.length).toBeGreaterThan(5);
    expect(await home.files()).toEqual([...range(1, segments.length + 1).map(segmentFile), 'lock']);
    expect(await numbersIn(segments)).toEqual(range(0, 40));
  });

  test('take a record that is larger than they are', async () => {
    const spool = await home.open({ maxSegmentBytes: 100 });
    const text = 'x'.repeat(300_000);
    await Promise.all([spool.append({ n: 1 }), spool.append({ n: 2, text }), spool.append({ n: 3 })]);
    const segments = await spool.seal();
    expect(segments).toHaveLength(3);
    expect(await numbersIn(segments)).toEqual([1, 2, 3]);
  });

  test('are handed out until they are removed', async () => {
    const spool = await home.open();
    await append(spool, 1);
    const [first] = await spool.seal();
    await append(spool, 2);
    expect(await numbersIn(await spool.seal())).toEqual([1, 2]);
    await first?.remove();
    await first?.remove();
    expect(await numbersIn(await spool.seal())).toEqual([2]);
  });

  test('hold what was appended before the seal, and not what comes later, whatever is under way', async () => {
    const spool = await home.open();
    const appended = [append(spool, 1)];
    const sealed = spool.seal();
    appended.push(append(spool, 2));
    const sealedLater = spool.seal();
    expect(await numbersIn(await sealed)).toEqual([1]);
    expect(await numbersIn(await sealedLater)).toEqual([1, 2]);
    await Promise.all(appended);
  });

  test('are none where nothing was appended, and the slot is empty', async () => {
    const spool = await home.open();
    expect(await spool.seal()).toEqual([]);
    expect(await home.files()).toEqual(['lock']);
  });

  test('that are sealed keep no file open', async () => {
    const spool = await home.open({ maxSegmentBytes: 100 });
    for (const n of range(0, 20)) await append(spool, n);
    expect(await openFilesIn(home.directory)).toBeLessThanOrEqual(1);
    await spool.seal();
    expect(await openFilesIn(home.directory)).toBe(0);
  });

  test('that were damaged on the disk lose what was hit, and nothing else', async () => {
    const spool = await home.open();
    for (const n of range(0, 10)) await append(spool, n);
    const segments = await spool.seal();
    const file = join(await home.slot(), segmentFile(1));
    const bytes = await readFile(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    await writeFile(file, bytes);
    expect(await numbersIn(segments)).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9]);
    expect(home.logged).toEqual(['spool.damaged']);
  });
});

describe('the figures', () => {
  test('follow what is appended, sealed and removed', async () => {
    const spool = await home.open();
    const none = { records: 0, bytes: 0, oldestAt: null };
    expect(spool.stats()).toEqual(none);
    const before = Date.now();
    await append(spool, 1, 2);
    const one = spool.stats();
    expect(one).toMatchObject({ records: 2, bytes: 2 * (12 + '{"n":1}'.length) });
    expect(one.oldestAt).toBeGreaterThanOrEqual(before);
    const [first] = await spool.seal();
    const between = Date.now();
    await append(spool, 3);
    expect(spool.stats()).toMatchObject({ records: 3, oldestAt: one.oldestAt });
    await first?.remove();
    expect(spool.stats()).toMatchObject({ records: 1, bytes: one.bytes / 2 });
    expect(spool.stats().oldestAt).toBeGreaterThanOrEqual(between);
    for (const segment of await spool.seal()) await segment.remove();
    expect(spool.stats()).toEqual(none);
  });

  test('do not count what was adopted', async () => {
    await home.openDead(1);
    const spool = await home.open();
    expect(await spool.adopt()).toHaveLength(1);
    expect(spool.stats().records).toBe(0);
  });
});

describe('closing', () => {
  test('leaves nothing where nothing is left', async () => {
    const spool = await home.open();
    await append(spool, 1);
    for (const segment of await spool.seal()) await segment.remove();
    await spool.close();
    await spool.close();
    expect(await home.slots()).toEqual([]);
  });

  test('waits for what is under way, and leaves it to the next', async () => {
    const spool = await home.open();
    const appended = append(spool, 1, 2);
    await spool.close();
    await appended;
    const [deadSpool] = await (await home.open()).adopt();
    expect(await numbersIn(deadSpool?.segments ?? [])).toEqual([1, 2]);
  });

  test('ends it: nothing is appended or adopted any more', async () => {
    const spool = await home.open();
    await spool.close();
    await home.openDead(1);
    await expect(spool.append({})).rejects.toThrow(SpoolUnwritable);
    expect(await spool.adopt()).toEqual([]);
  });
});

describe('a SPOOL_DIR that cannot be had is refused, by name and cause:', () => {
  const refusal = (directory: string) => openSpool(directory).catch((error: unknown) => error);

  test('a file stands there', async () => {
    const file = join(dirname(home.directory), 'file');
    await writeFile(file, '');
    expect(await refusal(file)).toMatchObject({ name: 'SpoolUnwritable', message: cannotBe(file, 'EEXIST') });
    const below = join(file, 'spool');
    expect(await refusal(below)).toMatchObject({ name: 'SpoolUnwritable', message: cannotBe(below, 'ENOTDIR') });
  });

  test('its path is too long for a socket in it', async () => {
    const long = join(home.directory, 'x'.repeat(100));
    const error = await refusal(long);
    expect(error).toBeInstanceOf(SpoolUnwritable);
    expect((error as Error).message).toMatch(/^SPOOL_DIR .* cannot be written: .* 103 is the most that works$/);
    expect(await readdir(long)).toEqual([]);
  });

  const cannotBe = (path: string, code: string) =>
    expect.stringMatching(new RegExp(`^SPOOL_DIR ${path} cannot be written: [a-z ]+ \\(${code}\\)$`));
});

async function openFilesIn(directory: string): Promise<number> {
  const handles = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(directory)).length;
}
