import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeadSpool } from '@weir/infra/spool';
import { inspectSpool } from '@weir/infra/spool/inspect';
import { encodeRecord, StrangeRecord } from '../../infra/spool/record.ts';
import { append, numbersIn, openSpoolHome, range, recordsIn, type SpoolHome } from './spool-home.ts';

let home: SpoolHome;

beforeEach(async () => {
  home = await openSpoolHome();
});

afterEach(() => home.leave());

/** Of a release that can read the numbers up to this one. */
const readsUpTo = (most: number) => (record: object) =>
  (record as { n?: number }).n !== undefined && numberOf(record) <= most;
const numberOf = (record: object) => (record as { n: number }).n;
const not = (holds: (record: object) => boolean) => (record: object) => !holds(record);

const keptDirectory = () => join(home.directory, 'kept');
const keptSlots = () => readdir(keptDirectory()).catch(() => []);

async function keptRecords(): Promise<object[]> {
  const records: object[] = [];
  for await (const slot of inspectSpool(home.directory)) {
    if (slot.slot.startsWith('kept/')) for await (const record of slot.records) records.push(record);
  }
  return records;
}

/** As a gateway of the release that reads so far takes what there is: answers what it could read. */
async function takeAll(most: number): Promise<number[]> {
  const spool = await home.open();
  const taken = await takenFrom(await spool.adopt(readsUpTo(most)), most);
  await spool.close();
  return taken;
}

async function takenFrom(deadSpools: readonly DeadSpool[], most: number): Promise<number[]> {
  const taken: number[] = [];
  for (const deadSpool of deadSpools) {
    const records = await recordsIn(deadSpool.segments);
    taken.push(...records.filter(readsUpTo(most)).map(numberOf));
    await deadSpool.remove(records.every(readsUpTo(most)) ? undefined : not(readsUpTo(most)));
  }
  return taken;
}

describe('what its adopter cannot read', () => {
  test('stays when the rest is removed, in the order in which it was written', async () => {
    const dead = await home.open({ maxSegmentBytes: 60 });
    for (const n of range(0, 12)) await append(dead, n);
    await dead.close();
    expect(await takeAll(5)).toEqual(range(0, 6));
    expect((await keptRecords()).map(numberOf)).toEqual(range(6, 12));
    expect(await home.slots()).toEqual(['kept']);
  });

  test('is not handed out again to those who cannot read it either, nor touched by them', async () => {
    await home.openDead(1, 9);
    await takeAll(5);
    const before = await keptSlots();
    const spool = await home.open();
    expect(await spool.adopt(readsUpTo(5))).toEqual([]);
    expect(await spool.adopt(readsUpTo(6))).toEqual([]);
    expect(await keptSlots()).toEqual(before);
    expect(spool.kept()).toBe(1);
  });

  test('is counted by who keeps it, and by who finds it', async () => {
    await home.openDead(1, 8, 9);
    const sink = await home.open();
    expect(sink.kept()).toBe(0);
    await takenFrom(await sink.adopt(readsUpTo(5)), 5);
    const finder = await home.open();
    await finder.adopt(readsUpTo(5));
    expect([sink.kept(), finder.kept()]).toEqual([2, 2]);
  });

  test('is handed out to the first who can, and what even that one cannot read stays', async () => {
    await home.openDead(1, 7, 9);
    await takeAll(5);
    const newer = await home.open();
    expect(await takenFrom(await newer.adopt(readsUpTo(7)), 7)).toEqual([7]);
    expect((await keptRecords()).map(numberOf)).toEqual([9]);
    expect(newer.kept()).toBe(1);
    expect(await takeAll(9)).toEqual([9]);
    expect(await keptSlots()).toEqual([]);
    await newer.adopt(readsUpTo(7));
    expect(newer.kept()).toBe(0);
  });

  test('is found by a newer one that was there before it was kept', async () => {
    const newer = await home.open();
    expect(await newer.adopt(readsUpTo(9))).toEqual([]);
    const older = await home.open();
    await home.openDead(1, 9);
    expect(await takenFrom(await older.adopt(readsUpTo(5)), 5)).toEqual([1]);
    expect(await takenFrom(await newer.adopt(readsUpTo(9)), 9)).toEqual([9]);
  });

  test('is handed out to one of two who come at once', async () => {
    await home.openDead(1, 7, 8, 9);
    await takeAll(5);
    const newer = [await home.open(), await home.open(), await home.open()];
    const taken = await Promise.all(newer.map(async (spool) => takenFrom(await spool.adopt(readsUpTo(9)), 9)));
    expect(taken.flat().sort()).toEqual([7, 8, 9]);
    expect(home.logged).toEqual([]);
  });

  test('goes to the heir of one that dies with it in hand', async () => {
    await home.openDead(1, 9);
    await takeAll(5);
    const dying = await home.open();
    expect(await dying.adopt(readsUpTo(9))).toHaveLength(1);
    await dying.close();
    expect(await takeAll(9)).toEqual([9]);
  });

  test('comes back as it was, even where it is no JSON object', async () => {
    const dead = await home.open();
    const strange = [new StrangeRecord(Buffer.from('"text"')), new StrangeRecord(Buffer.from([0x82, 0xff, 0x00]))];
    for (const record of strange) await dead.append(record);
    await dead.close();
    expect(await takeAll(5)).toEqual([]);
    expect((await keptRecords()).map((record) => encodeRecord(record))).toEqual(strange.map(encodeRecord));
  });
});

describe('a crash', () => {
  /** What stands in the slot of a dead one, which the crash left as `change` makes it. */
  async function leftAs(change: (slot: string) => Promise<unknown>): Promise<void> {
    await home.openDead(1, 8, 9);
    await change(await home.slot());
  }
  const record = (n: number) => encodeRecord({ n });

  test('while it writes what is kept loses nothing', async () => {
    await leftAs((slot) => writeFile(join(slot, '000001.kept.new'), record(8).subarray(0, 20)));
    expect(await takeAll(5)).toEqual([1]);
    expect((await keptRecords()).map(numberOf)).toEqual([8, 9]);
  });

  test('before the whole segment is removed leaves nothing double', async () => {
    await leftAs((slot) => writeFile(join(slot, '000001.kept'), Buffer.concat([record(8), record(9)])));
    expect(await takeAll(5)).toEqual([1]);
    expect((await keptRecords()).map(numberOf)).toEqual([8, 9]);
  });

  test('after that, and a newer one that comes then: it has each once', async () => {
    await leftAs((slot) => writeFile(join(slot, '000001.kept'), Buffer.concat([record(8), record(9)])));
    expect(await takeAll(9)).toEqual([1, 8, 9]);
    expect(await keptRecords()).toEqual([]);
    expect(await takeAll(9)).toEqual([]);
  });

  test('before what is kept is put aside leaves it to the next, who puts it aside', async () => {
    await leftAs(async (slot) => {
      await writeFile(join(slot, '000001.kept'), Buffer.concat([record(8), record(9)]));
      await rm(join(slot, '000001.spool'));
    });
    expect(await takeAll(5)).toEqual([]);
    expect((await keptRecords()).map(numberOf)).toEqual([8, 9]);
    expect(await home.slots()).toEqual(['kept']);
  });

  test('while a newer one has it in hand, and an older one inherits: it is kept again', async () => {
    await leftAs(async (slot) => {
      const nested = join(slot, 'mhq3x2k1-00beef');
      await mkdir(nested);
      await writeFile(join(nested, '000001.kept'), record(7));
      await rename(join(slot, '000001.spool'), join(nested, '000002.spool'));
    });
    expect(await takeAll(5)).toEqual([1]);
    expect((await keptRecords()).map(numberOf)).toEqual([7, 8, 9]);
  });
});

test('where it cannot be put aside, the slot stays with its adopter, is read again, and nothing is lost', async () => {
  await home.openDead(1, 9);
  await writeFile(keptDirectory(), 'in the way');
  const spool = await home.open();
  const [deadSpool] = await spool.adopt(readsUpTo(5));
  await expect(deadSpool?.remove(not(readsUpTo(5)))).rejects.toThrow();
  await rm(keptDirectory());
  expect(await numbersIn(deadSpool?.segments ?? [])).toEqual([9]);
  await deadSpool?.remove(not(readsUpTo(5)));
  expect((await keptRecords()).map(numberOf)).toEqual([9]);
});
