import { Buffer } from 'node:buffer';
import { expect, test } from '@jest/globals';
import { LatestRecords } from './latest-records.ts';

const group = (text: string, records = 1) => ({ records, bytes: Buffer.from(text) });
const textsOf = (latest: LatestRecords<string>, owner: string) => latest.of(owner).map(({ bytes }) => String(bytes));

test('what was written to each is there, in its order', () => {
  const latest = new LatestRecords<string>();
  for (const [owner, text] of [
    ['one', 'a'],
    ['other', 'b'],
    ['one', 'c'],
  ] as const)
    latest.add(owner, group(text), 0);
  expect(textsOf(latest, 'one')).toEqual(['a', 'c']);
  expect(textsOf(latest, 'other')).toEqual(['b']);
  expect([...latest.owners()]).toEqual(['one', 'other']);
});

test('what is older than half a minute goes with the next write', () => {
  const latest = new LatestRecords<string>();
  latest.add('one', group('a'), 0);
  latest.add('one', group('b'), 29_999);
  expect(textsOf(latest, 'one')).toEqual(['a', 'b']);
  latest.add('one', group('c'), 30_000);
  expect(textsOf(latest, 'one')).toEqual(['b', 'c']);
});

test('so does what is more than ten thousand records ago', () => {
  const latest = new LatestRecords<string>();
  for (const text of ['a', 'b', 'c']) latest.add('one', group(text, 4_000), 0);
  expect(textsOf(latest, 'one')).toEqual(['b', 'c']);
  latest.forget('one');
  for (const text of ['d', 'e']) latest.add('one', group(text, 5_000), 0);
  expect(textsOf(latest, 'one')).toEqual(['d', 'e']);
});

test('what is forgotten is gone, and nothing else', () => {
  const latest = new LatestRecords<string>();
  latest.add('one', group('a'), 0);
  latest.add('other', group('b'), 0);
  latest.forget('one');
  expect([...latest.owners()]).toEqual(['other']);
});
