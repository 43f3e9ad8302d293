import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { numbersIn, openSpoolHome, type SpoolHome } from './spool-home.ts';
import { type SpoolProcess, startSpoolProcess } from './spool-processes.ts';

let home: SpoolHome;
let processes: SpoolProcess[];

beforeEach(async () => {
  processes = [];
  home = await openSpoolHome();
});

afterEach(async () => {
  await Promise.all(processes.map((one) => one.kill()));
  await home.leave();
});

function start(): SpoolProcess {
  const one = startSpoolProcess();
  processes.push(one);
  return one;
}

async function startOpen(): Promise<SpoolProcess> {
  const one = start();
  await one.tell('open', home.directory);
  return one;
}

describe('a process that is killed while it appends', () => {
  test.each([
    { lanes: 1, count: 1 },
    { lanes: 1, count: 60 },
    { lanes: 20, count: 200 },
    { lanes: 100, count: 1_000 },
  ])('loses nothing that was acknowledged: $lanes at a time, $count in all', async ({ lanes, count }) => {
    const killed = await startOpen();
    await killed.tell('pour', { lanes });
    await killed.hasAcknowledged(count);
    await killed.kill();
    const heir = await startOpen();
    const [deadSpool, ...others] = await heir.tell('adopt', null);
    expect(others).toEqual([]);
    const left = deadSpool?.numbers ?? [];
    expect(left).toEqual([...left].sort((one, other) => one - other));
    expect(killed.acknowledged.filter((n) => !left.includes(n))).toEqual([]);
    expect(new Set(left).size).toBe(left.length);
  });

  test('leaves it to the next, though its heirs are killed as well', async () => {
    const killed = await startOpen();
    await killed.tell('append', { from: 0, to: 50, size: 200 });
    await killed.kill();
    for (const from of [50, 60, 70]) {
      const heir = await startOpen();
      await heir.tell('adopt', null);
      await heir.tell('append', { from, to: from + 10, size: 200 });
      await heir.kill();
    }
    const spool = await home.open();
    const deadSpools = await spool.adopt();
    const numbers = await numbersIn(deadSpools.flatMap(({ segments }) => segments));
    expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: 80 }, (_, n) => n));
    for (const deadSpool of deadSpools) await deadSpool.remove();
    expect(await home.files()).toEqual(['lock']);
  });

  test('or while it starts, leaves nothing that stays', async () => {
    const opening = Array.from({ length: 4 }, async () => {
      const one = start();
      void one.tell('open', home.directory).catch(() => undefined);
      await one.tell('stats', null).catch(() => undefined); // answered while it opens
      await one.kill();
    });
    await Promise.all(opening);
    const spool = await home.open();
    expect(await spool.adopt()).toEqual([]);
    expect(await home.files()).toEqual(['lock']);
  });
});

test('of two processes that adopt at once, each record goes to one', async () => {
  for (let n = 0; n < 20; n += 1) await home.openDead(n, 100 + n);
  const adopters = await Promise.all([startOpen(), startOpen()]);
  const adopted = await Promise.all(adopters.map((one) => one.tell('adopt', null)));
  const numbers = adopted.flat().flatMap((deadSpool) => deadSpool.numbers);
  const expected = Array.from({ length: 20 }, (_, n) => [n, 100 + n]).flat();
  expect(numbers.sort((one, other) => one - other)).toEqual(expected.sort((one, other) => one - other));
});

describe('a process that lives is never adopted,', () => {
  test('not while it is busy appending', async () => {
    const living = await startOpen();
    await living.tell('pour', { lanes: 10 });
    const spool = await home.open();
    for (const count of [10, 100, 300]) {
      await living.hasAcknowledged(count);
      expect(await spool.adopt()).toEqual([]);
    }
  });

  test('not while it stands still, however often somebody looks', async () => {
    const living = await startOpen();
    await living.tell('append', { from: 0, to: 5, size: 10 });
    living.signal('SIGSTOP');
    const spool = await home.open();
    for (let look = 0; look < 700; look += 1) expect(await spool.adopt()).toEqual([]); // more than a socket lets wait
    living.signal('SIGCONT');
    await living.tell('append', { from: 5, to: 10, size: 10 });
    expect(await living.tell('stats', null)).toMatchObject({ records: 10 });
    await living.kill();
    const [deadSpool] = await spool.adopt();
    expect(await numbersIn(deadSpool?.segments ?? [])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
