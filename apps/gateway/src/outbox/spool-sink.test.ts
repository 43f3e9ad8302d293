import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Spool, SpoolUnwritable } from '@weir/infra/spool';
import { openSpool } from '@weir/infra/spool/open';
import { completion, idsUpTo, opening } from '../../testing/records.ts';
import type { SpoolRecord } from './spool-record.ts';
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

test('what was kept is read back in its order, each with its time', async () => {
  const sink = createSpoolSink(spool);
  const from = Date.now();
  await sink.open(opening('a'));
  await sink.close(completion('a'));
  await sink.withdraw(opening('b'));
  const records = await written();
  expect(records).toMatchObject([
    { verb: 'open', opening: opening('a') },
    { verb: 'close', completion: completion('a') },
    { verb: 'withdraw', opening: opening('b') },
  ]);
  const times = records.map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
  for (const at of times) expect(at >= from && at <= Date.now()).toBe(true);
});

test('what a provider may say of itself is kept as it was said', async () => {
  const odd = completion('a', {
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
  createSpoolSink(hung).close(completion('a')).catch(refused);
  await jest.advanceTimersByTimeAsync(4999);
  expect(refused).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(10);
  expect(refused).toHaveBeenCalledWith(expect.any(SpoolUnwritable));
  jest.useRealTimers();
});

test('many at once are all kept', async () => {
  const sink = createSpoolSink(spool);
  const ids = idsUpTo(500);
  await Promise.all(ids.map((id) => sink.close(completion(id))));
  const kept = (await written()).map((record) => (record.verb === 'close' ? record.completion.id : ''));
  expect(kept).toEqual(ids);
});
