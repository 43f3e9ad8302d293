import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeRecord, MAGIC } from './record.ts';
import { RecordReader } from './record-reader.ts';

const OBJECTS = [{ id: 'first', text: 'zwei Äpfel 🍏' }, { id: 'second' }, { id: 'third', list: [1, null, '}'] }];
const PIECES = OBJECTS.map(encodeRecord);
const WHOLE = Buffer.concat(PIECES);

function read(chunks: readonly Buffer[]) {
  const reader = new RecordReader();
  const records = [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
  return { records, ...reader.leftOut };
}

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const edges = [0, ...cuts.filter((cut) => cut <= bytes.length).sort((one, other) => one - other), bytes.length];
  return edges.slice(1).map((end, at) => bytes.subarray(edges[at], end));
}

const untouched = { records: OBJECTS, bytes: 0, places: 0 };

describe('whole records come out, in order,', () => {
  test('wherever the bytes are cut', () => {
    for (let cut = 0; cut <= WHOLE.length; cut += 1) expect(read(cutAt(WHOLE, [cut]))).toEqual(untouched);
    expect(read(cutAt(WHOLE, [...WHOLE.keys()]))).toEqual(untouched);
  });

  test('each as soon as it is there', () => {
    const reader = new RecordReader();
    expect(PIECES.map((piece) => reader.push(piece))).toEqual(OBJECTS.map((object) => [object]));
    expect(reader.end()).toEqual([]);
  });

  test('none of none', () => {
    expect(read([])).toEqual({ records: [], bytes: 0, places: 0 });
    expect(read([Buffer.alloc(0)])).toEqual({ records: [], bytes: 0, places: 0 });
  });
});

describe('what is left out is counted:', () => {
  const [first, second, third] = PIECES as [Buffer, Buffer, Buffer];
  const noise = Buffer.from('noise');

  test('a torn last record, at every length, costs only itself', () => {
    for (let length = 1; length < third.length; length += 1) {
      const torn = { records: OBJECTS.slice(0, 2), bytes: length, places: 1 };
      expect(read([first, second, third.subarray(0, length)])).toEqual(torn);
    }
  });

  test('a torn record in the middle as well', () => {
    const { records, bytes, places } = read([first, second.subarray(0, 15), third]);
    expect({ records, bytes, places }).toEqual({ records: [OBJECTS[0], OBJECTS[2]], bytes: 15, places: 1 });
  });

  test('what lies between records, place by place', () => {
    const { records, bytes, places } = read([noise, first, second, noise, noise, third, MAGIC.subarray(0, 3)]);
    expect({ records, bytes, places }).toEqual({ records: OBJECTS, bytes: 18, places: 3 });
  });

  test('zeros, which a power cut may leave', () => {
    expect(read([WHOLE, Buffer.alloc(70_000)])).toEqual({ records: OBJECTS, bytes: 70_000, places: 1 });
  });

  test('a record whose length promises more than ever comes, without those behind it', () => {
    const lying = Buffer.from(first);
    lying.writeUInt32BE(0xffffffff, MAGIC.length);
    const { records, bytes } = read([lying, second, third]);
    expect({ records, bytes }).toEqual({ records: OBJECTS.slice(1), bytes: first.length });
  });
});

describe('whatever happens to the bytes', () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 8 });
  const cuts = fc.array(fc.nat(2_000), { maxLength: 8 });
  const asWritten = (object: object) => JSON.parse(JSON.stringify(object));

  test('one byte that is another costs one record, and no other', () => {
    const damage = fc.record({ objects, cuts, at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(damage, ({ objects, cuts, at, by }) => {
        const pieces = objects.map(encodeRecord);
        const bytes = Buffer.concat(pieces);
        const hit = at % bytes.length;
        bytes[hit] = (bytes[hit] as number) ^ by;
        const lost = ownerOf(pieces, hit);
        const others = objects.filter((_, index) => index !== lost).map(asWritten);
        const { records, ...leftOut } = read(cutAt(bytes, cuts));
        expect(records).toEqual(others);
        expect(leftOut).toEqual({ bytes: pieces[lost]?.length, places: 1 });
      }),
      { numRuns: 1_000 },
    );
  });

  test('what is cut off anywhere costs what it touched', () => {
    fc.assert(
      fc.property(objects, cuts, fc.nat(), (objects, cuts, end) => {
        const pieces = objects.map(encodeRecord);
        const bytes = Buffer.concat(pieces);
        const length = end % (bytes.length + 1);
        const kept = length === bytes.length ? objects : objects.slice(0, ownerOf(pieces, length));
        expect(read(cutAt(bytes.subarray(0, length), cuts)).records).toEqual(kept.map(asWritten));
      }),
      { numRuns: 1_000 },
    );
  });

  test('nothing is invented, and every byte is accounted for', () => {
    const noise = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes));
    const magic = fc.constant(MAGIC);
    const piece = fc.oneof(noise, magic, fc.constantFrom(...PIECES));
    fc.assert(
      fc.property(fc.array(piece), cuts, (pieces, cuts) => {
        const bytes = Buffer.concat(pieces);
        const { records, bytes: leftOut } = read(cutAt(bytes, cuts));
        const whole = pieces.filter((one) => PIECES.includes(one)).map((one) => OBJECTS[PIECES.indexOf(one)]);
        expect(records).toEqual(whole);
        expect(leftOut + Buffer.concat(records.map(encodeRecord)).length).toBe(bytes.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Which of them holds the byte at this place. */
function ownerOf(pieces: readonly Buffer[], at: number): number {
  let end = 0;
  return pieces.findIndex((piece) => {
    end += piece.length;
    return at < end;
  });
}
