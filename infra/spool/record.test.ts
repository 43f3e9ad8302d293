import { Buffer } from 'node:buffer';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeRecord, encodeRecord, lengthOf, MAGIC, StrangeRecord } from './record.ts';

test('a record comes back as it went in', () => {
  const objects = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
  fc.assert(
    fc.property(objects, (object) => {
      const bytes = encodeRecord(object);
      expect(lengthOf(bytes)).toBe(bytes.length);
      expect(decodeRecord(bytes)).toEqual(JSON.parse(JSON.stringify(object)));
    }),
  );
});

test('its magic stands at its begin, and nowhere in what it says, whatever that is', () => {
  const [text, lone] = ['\u00ff\u00fe\u00fd\u00fc🍏', '\ud800\udfff\ud800'];
  const bytes = encodeRecord({ text, lone, magic: MAGIC.toString('latin1') });
  expect(bytes.lastIndexOf(MAGIC)).toBe(0);
});

test('a record with any bit of it flipped is damaged', () => {
  const whole = encodeRecord({ id: 'a', tokens: 12 });
  for (let bit = MAGIC.length * 8; bit < whole.length * 8; bit += 1) {
    const bytes = Buffer.from(whole);
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(decodeRecord(bytes)).toBeUndefined();
  }
});

test.each([null, 1, 'text', true])('%j is whole but strange, and is written again as it was', (value) => {
  const bytes = encodeRecord({ toJSON: () => value });
  const record = decodeRecord(bytes);
  expect(record).toBeInstanceOf(StrangeRecord);
  expect(encodeRecord(record ?? {})).toEqual(bytes);
});

test('so is what is no JSON', () => {
  const bytes = encodeRecord(new StrangeRecord(Buffer.from([0x82, 0xa1, 0x00])));
  expect(encodeRecord(decodeRecord(bytes) ?? {})).toEqual(bytes);
});

test('what JSON cannot say is refused before it is a record', () => {
  expect(() => encodeRecord({ tokens: 1n })).toThrow();
  expect(() => encodeRecord({ toJSON: () => undefined })).toThrow();
});
