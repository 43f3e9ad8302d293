import { rmdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { type ListenOptions, Server } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Spool } from '@weir/infra/spool';
import { inspectSpool } from '@weir/infra/spool/inspect';
import { append, inspect, numbersIn, openSpoolHome, range, type SpoolHome, segmentFile } from './spool-home.ts';

let home: SpoolHome;

beforeEach(async () => {
  home = await openSpoolHome();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await home.leave();
});

describe('adopting', () => {
  test('hands out what the dead left, once, and removes it when told', async () => {
    await home.openDead(1, 2);
    await home.openDead(3);
    const spool = await home.open();
    const deadSpools = await spool.adopt();
    const left = await Promise.all(deadSpools.map(({ segments }) => numbersIn(segments)));
    expect(left.sort()).toEqual([[1, 2], [3]]);
    expect(await spool.adopt()).toEqual([]);
    for (const deadSpool of deadSpools) await deadSpool.remove();
    expect(await home.files()).toEqual(['lock']);
  });

  test('from two places at once hands each to one of them', async () => {
    for (const n of range(0, 12)) await home.openDead(n);
    const spools = [await home.open(), await home.open(), await home.open()];
    const adopted = await Promise.all([...spools, ...spools].map((spool) => spool.adopt()));
    const segments = adopted.flat().flatMap((deadSpool) => deadSpool.segments);
    expect((await numbersIn(segments)).sort((one, other) => one - other)).toEqual(range(0, 12));
    expect(home.logged).toEqual([]);
  });

  test('leaves the living alone', async () => {
    const living = await home.open();
    await append(living, 1);
    const spool = await home.open();
    expect(await spool.adopt()).toEqual([]);
    await append(living, 2);
    expect(await numbersIn(await living.seal())).toEqual([1, 2]);
  });

  test('takes what the dead had adopted themselves, however deep it lies', async () => {
    await home.openDead(1);
    const heir = await home.open();
    await append(heir, 2);
    await heir.adopt();
    await heir.close();
    await home.openDead(3);
    const [older, younger] = await home.slots();
    await rename(join(home.directory, `${older}`), join(home.directory, `${younger}`, `${older}`));
    const spool = await home.open();
    const deadSpools = await spool.adopt();
    const left = await Promise.all(deadSpools.map(({ segments }) => numbersIn(segments)));
    expect(left.sort()).toEqual([[1], [2], [3]]);
    for (const deadSpool of deadSpools) await deadSpool.remove();
    expect(await home.files()).toEqual(['lock']);
  });

  test('clears away what the dead left empty, or had only begun', async () => {
    const begun = ['.mhq3x2k1-00beef', 'mhq3x2k1-00cafe', 'mhq3x2k1-00cafe/mhq3x2k0-00f00d'];
    await (await home.open()).close();
    for (const slot of begun) await mkdir(join(home.directory, slot));
    const spool = await home.open();
    expect(await spool.adopt()).toEqual([]);
    expect(await home.files()).toEqual(['lock']);
  });

  test('touches nothing that is not of its making', async () => {
    const spool = await home.open();
    await mkdir(join(home.directory, 'lost+found'));
    await writeFile(join(home.directory, 'notes.txt'), '');
    await writeFile(join(home.directory, 'mhq3x2k1-00beef'), '');
    expect(await spool.adopt()).toEqual([]);
    expect(await home.slots()).toEqual(expect.arrayContaining(['lost+found', 'notes.txt', 'mhq3x2k1-00beef']));
  });

  test('takes one that is not claimed yet, and its owner makes itself another', async () => {
    const { listen } = Server.prototype;
    const listening = jest.spyOn(Server.prototype, 'listen').mockImplementationOnce(function (this: Server, place) {
      rmdirSync(dirname(String((place as ListenOptions).path)));
      return listen.call(this, place);
    });
    const spool = await home.open();
    expect(listening).toHaveBeenCalledTimes(2);
    await append(spool, 1);
    expect(await home.files()).toEqual(['000001.spool', 'lock']);
  });

  test('while many start takes none of them, and keeps none from starting', async () => {
    const adopters = [await home.open(), await home.open()];
    let started = false;
    const adopting = adopters.map(async (spool) => {
      while (!started) expect(await spool.adopt()).toEqual([]);
    });
    const spools: Spool[] = [];
    try {
      while (spools.length < 100) spools.push(await home.open());
    } finally {
      started = true;
      await Promise.all(adopting);
    }
    await Promise.all(spools.map((spool, n) => append(spool, n)));
    const kept = await Promise.all(spools.map(async (spool) => await numbersIn(await spool.seal())));
    expect(kept.flat()).toEqual(range(0, 100));
  });
});

describe('somebody cleans up while it runs:', () => {
  const cleared = async () => {
    const spool = await home.open();
    await append(spool, 1);
    await rm(await home.slot(), { recursive: true });
    return spool;
  };

  test('its slot is made anew with the next record, and has the last ones again', async () => {
    const spool = await cleared();
    await append(spool, 2);
    expect(await numbersIn(await spool.seal())).toEqual([1, 2]);
    expect(home.logged).toEqual(['spool.slot_vanished', 'spool.written_again']);
    for (const segment of await spool.seal()) await segment.remove();
    expect(spool.stats()).toEqual({ records: 0, bytes: 0, oldestAt: null });
    const other = await home.open();
    expect(await other.adopt()).toEqual([]);
  });

  test('so is SPOOL_DIR itself', async () => {
    const spool = await home.open();
    await rm(home.directory, { recursive: true });
    await append(spool, 1);
    expect(await numbersIn(await spool.seal())).toEqual([1]);
  });

  test('its disk is taken away and brought back: what was on it is adopted, even what was adopted before', async () => {
    await home.openDead(0);
    const spool = await home.open();
    await append(spool, 1);
    await spool.adopt();
    const [place, elsewhere] = [await home.slot(), `${home.directory}-elsewhere`];
    await rename(place, elsewhere);
    await append(spool, 2);
    await rename(elsewhere, place);
    const deadSpools = await spool.adopt();
    const left = await Promise.all(deadSpools.map(({ segments }) => numbersIn(segments)));
    expect(left.sort()).toEqual([[0], [1]]);
    expect(await numbersIn(await spool.seal())).toEqual([1, 2]); // nobody could know that it would come back
  });

  test('the dead are adopted all the same', async () => {
    const spool = await cleared();
    await home.openDead(3);
    const [deadSpool] = await spool.adopt();
    expect(await numbersIn(deadSpool?.segments ?? [])).toEqual([3]);
  });

  test('the segment alone is gone, and is there again with the next record', async () => {
    const spool = await home.open();
    await append(spool, 1);
    await rm(join(await home.slot(), segmentFile(1)));
    await append(spool, 2);
    expect(await home.files()).toEqual([segmentFile(1), 'lock']);
    expect(await numbersIn(await spool.seal())).toEqual([1, 2]);
  });

  test('all is there again within moments, though nothing more is appended', async () => {
    const spool = await home.open({ maxSegmentBytes: 100 });
    for (const n of range(0, 20)) await append(spool, n);
    await rm(home.directory, { recursive: true });
    const numbers = async () => (await inspect(home.directory)).flatMap((slot) => slot.numbers);
    while ((await numbers()).length < 20) await pause(20);
    expect(await numbers()).toEqual(range(0, 20));
  });

  test('what is sealed is handed out from memory, and nothing of it is left when it was shipped', async () => {
    const spool = await home.open();
    await append(spool, ...range(0, 5));
    const segments = await spool.seal();
    await rm(home.directory, { recursive: true });
    expect(await numbersIn(segments)).toEqual(range(0, 5));
    for (const segment of segments) await segment.remove();
    expect(spool.stats()).toEqual({ records: 0, bytes: 0, oldestAt: null });
    await append(spool, 5);
    expect(await numbersIn(await spool.seal())).toEqual([5]);
  });

  test('and the disk takes nothing: it is written again when there is room', async () => {
    const spool = await home.open();
    await append(spool, ...range(0, 5));
    await rm(home.directory, { recursive: true });
    await writeFile(home.directory, 'in the way');
    while (!home.logged.includes('spool.not_written_again')) await pause(20);
    await rm(home.directory);
    while (!home.logged.includes('spool.written_again')) await pause(20);
    expect((await inspect(home.directory)).map(({ numbers }) => numbers)).toEqual([range(0, 5)]);
  });

  test('when it closes, what was removed is left for the next one', async () => {
    const spool = await home.open();
    await append(spool, ...range(0, 5));
    await rm(home.directory, { recursive: true });
    await spool.close();
    const [deadSpool] = await (await home.open()).adopt();
    expect(await numbersIn(deadSpool?.segments ?? [])).toEqual(range(0, 5));
  });

  test('its lock is gone, so that another takes its slot: no record is lost, and the last are in both', async () => {
    const spool = await home.open();
    await append(spool, 1);
    await rm(join(await home.slot(), 'lock'));
    const other = await home.open();
    const [deadSpool] = await other.adopt();
    await append(spool, 2);
    expect(await numbersIn(deadSpool?.segments ?? [])).toEqual([1]);
    expect(await numbersIn(await spool.seal())).toEqual([1, 2]);
  });
});

describe('a look from outside', () => {
  test('sees every slot, and whether anybody has it in its care', async () => {
    await home.openDead(1);
    const living = await home.open();
    await living.adopt();
    await append(living, 2);
    await home.openDead(3);
    const before = await home.files();
    const seen = (await inspect(home.directory)).sort((one, other) => (one.numbers[0] ?? 0) - (other.numbers[0] ?? 0));
    expect(seen).toMatchObject([
      { alive: true, numbers: [1] },
      { alive: true, numbers: [2] },
      { alive: false, numbers: [3] },
    ]);
    const [adopted, own, dead] = seen.map(({ slot }) => slot);
    expect([own, dead].sort()).toEqual(await home.slots());
    expect(dirname(adopted ?? '')).toBe(own);
    expect(await home.files()).toEqual(before);
  });

  test('sees nothing where there is nothing', async () => {
    expect(await inspect(join(home.directory, 'nowhere'))).toEqual([]);
  });

  test('bears that what it looks at goes', async () => {
    const spool = await home.open({ maxSegmentBytes: 10 });
    for (const n of range(0, 5)) await append(spool, n);
    for await (const slot of inspectSpool(home.directory)) {
      const seen: object[] = [];
      for await (const record of slot.records) {
        seen.push(record);
        for (const segment of await spool.seal()) await segment.remove();
      }
      expect(seen).toEqual([{ n: 0 }]);
    }
  });
});
