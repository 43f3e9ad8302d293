import { describe, expect, test } from '@jest/globals';
import { completionSchema } from '@weir/ledger/completion';
import { lostCompletion } from '@weir/ledger/opening';
import { anOpening } from '@weir/ledger/testing/records';
import fc from 'fast-check';
import { storable } from './storable.ts';

describe('a record that Postgres takes', () => {
  test.each([
    ['of plain text', { text: 'plain' }],
    ['with whole pairs', { text: '🧵', '🧵': 1 }],
    ['that says what an escape looks like', { text: '\\u0000 \\ud800 \\\\u0000' }],
    ['with other escapes', { text: '\n\t"\\\u0001\u001f\u2028' }],
  ])('%s is left as it is', (_name, record) => {
    expect(storable(record)).toBe(record);
  });
});

describe('of a record that Postgres would refuse', () => {
  test.each([
    ['U+0000 goes', { text: 'a\u0000b' }, { text: 'ab' }],
    ['half a pair becomes a replacement', { text: 'a\ud800b\udfff' }, { text: 'a\ufffdb\ufffd' }],
    ['halves the wrong way round do, too', { text: '\udfff\ud800' }, { text: '\ufffd\ufffd' }],
    ['whole pairs stay', { text: '🧵\u0000' }, { text: '🧵' }],
    ['a backslash before it stays', { text: '\\\u0000\\\ud800' }, { text: '\\\\\ufffd' }],
    [
      'names are mended as well as what they name',
      { 'a\u0000': { '\ud800': [null, 1, '\u0000'] } },
      { a: { '\ufffd': [null, 1, ''] } },
    ],
    ['numbers stay what they are', { text: '\u0000', big: 1e300, small: -0.1 }, { text: '', big: 1e300, small: -0.1 }],
  ])('%s', (_name, record, mended) => {
    expect(storable<object>(record)).toStrictEqual(mended);
  });

  test('nothing that it would refuse is left, whatever it is made of', () => {
    const texts = fc.stringOf(fc.constantFrom('\u0000', '\ud83e', '\uddf5', '\\', 'u', '0', 'd', '8', '"', '\n', 'ä'));
    fc.assert(
      fc.property(fc.dictionary(texts, fc.array(texts)), (record) => {
        const json = JSON.stringify(storable(record));
        const texts = [...Object.keys(storable(record)), ...Object.values(storable(record)).flat()];
        for (const text of texts) expect([text.includes('\u0000'), text.isWellFormed()]).toEqual([false, true]);
        expect(JSON.stringify(storable(JSON.parse(json)))).toBe(json);
      }),
    );
  });

  test('is left what the ledger leaves of it', () => {
    const usage = { 'k\u0000': ['\ud800x', { '\udfff': '\u0000' }] };
    const odd = {
      ...lostCompletion(anOpening(), new Date(0)),
      model: 'm\u0000\ud800',
      usage,
      tags: { '\u0000a': '\udc00' },
    };
    expect(storable(odd)).toEqual(completionSchema.parse(odd));
  });

  test('is mended as well where the ledger would refuse it', () => {
    const odd = { ...lostCompletion(anOpening(), new Date(0)), model: 'm\u0000', inputTokens: 3e9 };
    expect(storable(odd)).toEqual({ ...odd, model: 'm' });
  });
});
