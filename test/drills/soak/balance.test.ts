import { expect, test } from '@jest/globals';
import type { Visit } from '../../support/visit.ts';
import { type Books, imbalancesIn } from './balance.ts';

const EMPTY: Books = { asked: new Set(), visits: [], troubled: [], killed: new Set(), rows: [] };
const USAGE = { usage_source: 'reported', input_tokens: 7, output_tokens: 3 };

const row = (caller_request_id: string, own: object = {}) => ({
  id: 'row',
  caller_request_id,
  status: 'ok',
  reason: null,
  ...USAGE,
  ...own,
});
const LOST = { status: 'error', reason: 'gateway_lost', usage_source: 'none', cost: null };

const visit = (saw: Visit['saw'], url = 'one'): Visit => ({
  id: 'a',
  url,
  behaviour: 'reads all',
  tokens: 3,
  everyMs: 1,
  saw,
  status: 200,
  code: null,
  ms: 5,
});

test('one row for one request that was asked, and seen to its end, is even', () => {
  expect(imbalancesIn({ ...EMPTY, asked: new Set(['a']), visits: [visit('all')], rows: [row('a')] })).toEqual([]);
});

test('a request that was asked and has no row, or two, is named', () => {
  const asked = new Set(['a', 'b']);
  expect(imbalancesIn({ ...EMPTY, asked, rows: [row('b'), row('b')] })).toEqual([
    'a was asked once, and has no row',
    'b was asked once, and has row ok null and row ok null',
  ]);
});

test('a row for what was never asked may only be lost', () => {
  const rows = [row('a', LOST), row('b')];
  expect(imbalancesIn({ ...EMPTY, rows })).toEqual(['b was never asked, and has row ok null']);
});

test('whoever saw the end has a row that says ok, though the gateway was killed', () => {
  const books = { ...EMPTY, asked: new Set(['a']), visits: [visit('all')], killed: new Set(['one']) };
  expect(imbalancesIn({ ...books, rows: [row('a', LOST)] })).toEqual([
    'a (reads all saw all 200 after 5 ms): its end was seen; it has row error gateway_lost',
  ]);
});

test('a stream that breaks without a word is forgiven a gateway that was killed, and no other', () => {
  const books = { ...EMPTY, asked: new Set(['a']), visits: [visit('broken')], rows: [row('a', LOST)] };
  expect(imbalancesIn({ ...books, killed: new Set(['one']) })).toEqual([]);
  expect(imbalancesIn({ ...books, killed: new Set(['two']) })).toHaveLength(1);
});

test('whoever left in the middle has a row that says so, or that it was all sent before that was known', () => {
  const books = { ...EMPTY, asked: new Set(['a']), visits: [visit('left')] };
  const left = { status: 'aborted', reason: 'client_disconnected' };
  for (const own of [left, {}]) expect(imbalancesIn({ ...books, rows: [row('a', own)] })).toEqual([]);
  for (const own of [LOST, { ...left, output_tokens: 2 }, { output_tokens: 2 }]) {
    expect(imbalancesIn({ ...books, rows: [row('a', own)] })).toHaveLength(1);
  }
});

test('whoever was turned away has no row', () => {
  expect(imbalancesIn({ ...EMPTY, visits: [visit('turned away')] })).toEqual([]);
  const rows = [row('a', LOST)];
  expect(imbalancesIn({ ...EMPTY, visits: [visit('turned away')], rows })).toHaveLength(1);
});

test('a request whose provider got into trouble says which, unless its gateway was killed', () => {
  const books = { ...EMPTY, asked: new Set(['a']), rows: [row('a', LOST)] };
  const troubled = [{ id: 'a', url: 'one', reason: 'upstream_error', ms: 5 }];
  expect(imbalancesIn({ ...books, troubled, killed: new Set(['one']) })).toEqual([]);
  expect(imbalancesIn({ ...books, troubled })).toEqual(['a must be upstream_error, and has row error gateway_lost']);
});
