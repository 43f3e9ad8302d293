import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { ARRAY_END, geminiArrayFraming } from './gemini-array.ts';

const ELEMENTS = [
  '{"text":"zwei Äpfel 🍏"}',
  '{\n  "code": "a[0] = \\"}]\\\\\\"; // {[",\r\n  "list": [[], {}, ["]"]]\n}',
  '{"\\\\":"\\\\"}',
];
const FRAMES = [`[${ELEMENTS[0]}`, `\n,\r\n${ELEMENTS[1]}`, `,${ELEMENTS[2]}`, '\n]'];
const STREAM = FRAMES.join('');

function split(pieces: readonly Buffer[], limit = 1_000_000) {
  const splitter = geminiArrayFraming.createSplitter(limit);
  const frames = pieces.flatMap((piece) => splitter.push(piece)).map(String);
  return { frames, rest: String(splitter.end()), tooLarge: splitter.tooLarge };
}

const whole = (text: string, limit?: number) => split([Buffer.from(text)], limit);

const byteByByte = (bytes: Buffer): Buffer[] => Array.from(bytes.keys(), (at) => bytes.subarray(at, at + 1));

/** Every way to cut it once, and byte by byte. */
const everySplitOf = (bytes: Buffer): Buffer[][] => [
  ...Array.from(bytes.keys(), (at) => [bytes.subarray(0, at), bytes.subarray(at)]),
  byteByByte(bytes),
];

function eventsOf(text: string) {
  const { frames, rest } = whole(text);
  const readEvent = geminiArrayFraming.createEventReader();
  return [...frames, rest].filter((frame) => frame !== '').map((frame) => readEvent(Buffer.from(frame)));
}

describe('an array falls into its elements', () => {
  test('each with what leads to it, and the closing bracket for itself', () => {
    expect(whole(STREAM)).toMatchObject({ frames: FRAMES, rest: '' });
    expect(eventsOf(STREAM)).toEqual([...ELEMENTS.map((data) => ({ data })), ARRAY_END]);
  });

  test('the same wherever it is split', () => {
    for (const pieces of everySplitOf(Buffer.from(STREAM))) {
      expect(split(pieces)).toMatchObject({ frames: FRAMES, rest: '' });
    }
  });

  test('and each leaves with the read that completes it', () => {
    const splitter = geminiArrayFraming.createSplitter(1000);
    for (const frame of FRAMES) expect(splitter.push(Buffer.from(frame)).map(String)).toEqual([frame]);
  });

  test.each([
    ['[]', ['[]'], '', [ARRAY_END]],
    [' [ ]\n', [' [ ]'], '\n', [ARRAY_END, null]],
    ['\uFEFF[{}]', ['\uFEFF[{}', ']'], '', [{ data: '{}' }, ARRAY_END]],
    ['[[1],[2]]', ['[[1]', ',[2]', ']'], '', [{ data: '[1]' }, { data: '[2]' }, ARRAY_END]],
    ['[{},]', ['[{}', ',]'], '', [{ data: '{}' }, ARRAY_END]],
    [
      '{"error":{"details":[{}]}}\n',
      ['{"error":{"details":[{}]}}'],
      '\n',
      [{ data: '{"error":{"details":[{}]}}' }, null],
    ],
    ['[{"a":', [], '[{"a":', [{ data: '{"a":' }]],
    ['[{}\n,', ['[{}'], '\n,', [{ data: '{}' }, null]],
    ['}[{}', ['}', '[{}'], '', [{ data: '}' }, { data: '[{}' }]],
    ['1, 2', [], '1, 2', [{ data: '1, 2' }]],
  ])('%j', (text, frames, rest, events) => {
    expect(whole(text)).toMatchObject({ frames, rest });
    expect(eventsOf(text)).toEqual(events);
  });

  test('bytes that are not UTF-8 come out as they went in', () => {
    const bytes = Buffer.from([0x5b, 0x7b, 0x22, 0xff, 0xc3, 0x5c, 0x22, 0x22, 0x7d, 0x80, 0x5d, 0xf0]);
    const splitter = geminiArrayFraming.createSplitter(100);
    const out = byteByByte(bytes).flatMap((piece) => splitter.push(piece));
    expect(Buffer.concat([...out, splitter.end()])).toEqual(bytes);
  });

  test('an element that only says what the closing bracket says is not the end', () => {
    const readEvent = geminiArrayFraming.createEventReader();
    expect(readEvent(Buffer.from('["]"'))).not.toBe(ARRAY_END);
  });
});

describe('an element over the limit is refused', () => {
  const limit = Math.max(...FRAMES.map((frame) => Buffer.byteLength(frame)));

  test('but one that is exactly at it is not', () => {
    for (const pieces of everySplitOf(Buffer.from(STREAM))) {
      expect(split(pieces, limit)).toMatchObject({ frames: FRAMES, tooLarge: false });
    }
  });

  test('complete or still growing, wherever it is cut, and nothing after it comes out', () => {
    for (const pieces of everySplitOf(Buffer.from(STREAM))) {
      expect(split(pieces, limit - 1)).toMatchObject({ frames: FRAMES.slice(0, 1), tooLarge: true });
    }
    expect(whole(`["${'x'.repeat(100)}`, 50).tooLarge).toBe(true);
    expect(whole(' '.repeat(51), 50).tooLarge).toBe(true);
  });

  test('and the limit is of one element, not of the stream', () => {
    expect(whole(`[${'{},'.repeat(50)}{}]`, 4)).toMatchObject({ tooLarge: false, rest: '' });
  });
});

describe('the framing of an array', () => {
  const { begins, saysNothing, close, comment } = geminiArrayFraming;

  test.each(['[', '[{', '\r\n [', '\uFEFF[', '{"error":', '  '])('begins like %j', (start) => {
    expect(begins(Buffer.from(start))).toBe(true);
  });

  test.each(['<html>', 'data: {}', '"text"', 'null'])('does not begin like %j', (start) => {
    expect(begins(Buffer.from(start))).toBe(false);
  });

  test('misses nothing in white space, and something in all else', () => {
    expect(saysNothing(Buffer.from(' \r\n\t'))).toBe(true);
    for (const rest of ['[', ',', '\n,{"a"', ']']) expect(saysNothing(Buffer.from(rest))).toBe(false);
  });

  test('has no room for comments', () => {
    expect([close, comment('weir {}')]).toEqual(['', null]);
  });
});
