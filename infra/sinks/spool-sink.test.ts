import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { aCompletion, anOpening } from '@weir/ledger/testing/records';
import { openSpool } from '../spool/disk-spool.ts';
import { type Spool, SpoolUnwritable } from '../spool/spool.ts';
import { readRecord, type SpoolRecord } from './spool-record.ts';
import { createSpoolSink } from './spool-sink.ts';

let directory: string;
let spool: Spool;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-spool-sink-'));
  spool = await openSpool(directory);
});
afterEach(async () => {
  await spool.close();
  await rm(directory, { recursive: true });
});

async function written(): Promise<SpoolRecord[]> {
  const records: SpoolRecord[] = [];
  for (const segment of await spool.seal()) {
    for await (const record of segment.records()) records.push(record as SpoolRecord);
  }
  return records;
}

test('what was kept is read back in its order, each with its time, by other processes too', async () => {
  const sink = createSpoolSink(spool);
  const [opening, completion, withdrawn] = [anOpening(), aCompletion(), anOpening()];
  const from = Date.now();
  await sink.open(opening);
  await sink.close(completion);
  await sink.withdraw(withdrawn);
  const records = await written();
  expect(records).toMatchObject([
    { verb: 'open', opening },
    { verb: 'close', completion },
    { verb: 'withdraw', opening: withdrawn },
  ]);
  expect(records.map(readRecord)).toEqual(records);
  const times = records.map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
  for (const at of times) expect(at >= from && at <= Date.now()).toBe(true);
});

test('what a provider may say of itself is kept as it was said', async () => {
  const odd = aCompletion({
    model: 'm\u0000\ud800',
    usage: { '\u0000': ['\udfff', { deep: '\u0000' }], big: 1e300, quote: '"\\' },
    tags: { 'a\u0000': '🧵' },
  });
  await createSpoolSink(spool).close(odd);
  expect(await written()).toMatchObject([{ verb: 'close', completion: odd }]);
});

test('a disk that does not answer within five seconds is one that cannot be written', async () => {
  jest.useFakeTimers();
  const hung = { append: () => new Promise<void>(() => {}) } as Partial<Spool> as Spool;
  const refused = jest.fn();
  createSpoolSink(hung).close(aCompletion()).catch(refused);
  await jest.advanceTimersByTimeAsync(4999);
  expect(refused).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(10);
  expect(refused).toHaveBeenCalledWith(expect.any(SpoolUnwritable));
  jest.useRealTimers();
});

test('many at once are all kept', async () => {
  const sink = createSpoolSink(spool);
  const ids = Array.from({ length: 500 }, () => randomUUID());
  await Promise.all(ids.map((id) => sink.close(aCompletion({ id }))));
  const kept = (await written()).map((record) => (record.verb === 'close' ? record.completion.id : ''));
  expect(kept).toEqual(ids);
});
