import { Buffer } from 'node:buffer';
import process from 'node:process';
import { describe, expect, test } from '@jest/globals';
import { readEvent } from './event.ts';
import { Splitter } from './splitter.ts';

const EOLS = { LF: '\n', CRLF: '\r\n', CR: '\r' };
const FRAMES = [
  'data: {"text":"zwei Äpfel 🍏"}\n\n',
  ': ping\n\n',
  'event: error\nid: 7\ndata: one\ndata: two\n\n',
  ':HTTP_STATUS/200\ndata:[DONE]\n\n',
];

const withEol = (text: string, eol: string): string => text.replaceAll('\n', eol);

function split(pieces: readonly Buffer[], limit = 1_000_000): { frames: string[]; rest: string } {
  const splitter = new Splitter(limit);
  const frames = pieces.flatMap((piece) => splitter.push(piece)).map(String);
  return { frames, rest: String(splitter.end()) };
}

function isTooLarge(pieces: readonly Buffer[], limit: number): boolean {
  const splitter = new Splitter(limit);
  for (const piece of pieces) splitter.push(piece);
  return splitter.tooLarge;
}

const whole = (text: string, limit?: number) => split([Buffer.from(text)], limit);

function cutAt(bytes: Buffer, ...cuts: number[]): Buffer[] {
  const edges = [0, ...cuts, bytes.length];
  return edges.slice(1).map((end, at) => bytes.subarray(edges[at], end));
}

const byteByByte = (bytes: Buffer): Buffer[] => cutAt(bytes, ...Array.from(bytes.keys()).slice(1));

/** Every way to cut it once, and byte by byte. */
const everySplitOf = (bytes: Buffer): Buffer[][] => [
  ...Array.from(bytes.keys(), (at) => cutAt(bytes, at)),
  byteByByte(bytes),
];

function dataOf(frames: readonly string[]): string[] {
  return frames.map((frame) => readEvent(Buffer.from(frame))?.data).filter((data) => data !== undefined);
}

describe.each(Object.entries(EOLS))('on a stream whose lines end in %s', (_name, eol) => {
  const frames = FRAMES.map((frame) => withEol(frame, eol));
  const bytes = Buffer.from(frames.join(''));

  test('each frame comes out whole, with its own blank line', () => {
    expect(split([bytes])).toEqual({ frames, rest: '' });
  });

  test('a stream split at every byte reads the same', () => {
    for (const pieces of everySplitOf(bytes)) expect(split(pieces)).toEqual({ frames, rest: '' });
  });

  test('a frame split at every two bytes reads the same', () => {
    const two = Buffer.from(withEol('data: é\n\ndata: b\n\n', eol));
    const expected = split([two]);
    for (let first = 0; first < two.length; first += 1) {
      for (let second = first; second < two.length; second += 1) {
        expect(split(cutAt(two, first, second))).toEqual(expected);
      }
    }
  });

  test('blank lines before a frame belong to it', () => {
    const led = withEol('\n\n\ndata: a\n\n\n\ndata: b\n\n', eol);
    for (const pieces of everySplitOf(Buffer.from(led))) {
      expect(split(pieces).frames).toEqual([withEol('\n\n\ndata: a\n\n', eol), withEol('\n\ndata: b\n\n', eol)]);
    }
  });

  test('a frame leaves with the read that completes it', () => {
    const splitter = new Splitter(100);
    for (const frame of frames) expect(splitter.push(Buffer.from(frame)).map(String)).toEqual([frame]);
  });

  test('what never got its blank line is what is left at the end', () => {
    const { frames: complete, rest } = whole(withEol('data: a\n\ndata: b\n', eol));
    expect(complete).toEqual([withEol('data: a\n\n', eol)]);
    expect(rest).toBe(withEol('data: b\n', eol));
  });
});

describe('on a stream of mixed line endings', () => {
  const MIXED = [
    'data: a\n\r\ndata: b\r\n\ndata: c\r\n\r\ndata: d\n\n',
    'data: a\r\rdata: b\n\ndata: c\r\n\r\n',
    'data: a\rid: 1\r\n\r\ndata: b\r\r\ndata: c\n\r\n\r',
    '\r\n\n\rdata: a\n\rdata: b\r\n\n\n',
  ];

  test.each(MIXED)('%j split at every byte reads the same', (text) => {
    const expected = dataOf(whole(text).frames);
    for (const pieces of everySplitOf(Buffer.from(text))) {
      const { frames, rest } = split(pieces);
      expect(dataOf(frames)).toEqual(expected);
      expect(frames.join('') + rest).toBe(text);
    }
  });

  test('LF and CRLF side by side split into the same frames wherever they are cut', () => {
    const bytes = Buffer.from(MIXED[0] as string);
    for (const pieces of everySplitOf(bytes)) {
      expect(split(pieces).frames).toEqual(['data: a\n\r\n', 'data: b\r\n\n', 'data: c\r\n\r\n', 'data: d\n\n']);
    }
  });
});

test('a byte order mark stays with the first frame', () => {
  expect(whole('\uFEFFdata: a\n\ndata: b\n\n').frames).toEqual(['\uFEFFdata: a\n\n', 'data: b\n\n']);
});

test('bytes that are not UTF-8 come out as they went in', () => {
  const bytes = Buffer.from([0x64, 0x3a, 0xff, 0xc3, 0x0a, 0x0a, 0x00, 0xf0, 0x0d, 0x0a, 0x0d, 0x0a, 0x80]);
  const splitter = new Splitter(100);
  const out = byteByByte(bytes).flatMap((piece) => splitter.push(piece));
  expect(Buffer.concat([...out, splitter.end()])).toEqual(bytes);
});

test('nothing in gives nothing out', () => {
  expect(split([])).toEqual({ frames: [], rest: '' });
  expect(split([Buffer.alloc(0), Buffer.alloc(0)])).toEqual({ frames: [], rest: '' });
});

test('blank lines alone are no frame', () => {
  expect(whole('\n\n\n\n')).toEqual({ frames: [], rest: '\n\n\n\n' });
});

test('the end is said once', () => {
  const splitter = new Splitter(100);
  splitter.push(Buffer.from('data: a'));
  expect(String(splitter.end())).toBe('data: a');
  expect(splitter.end()).toHaveLength(0);
});

describe('a frame over the limit is refused', () => {
  const frame = 'data: 0123\n\n';

  test.each([frame, 'data: 012\r\n\r\n'.slice(0, -1), 'data: 0123\r\r'])(
    'but exactly at the limit %j is not',
    (text) => {
      const limit = Buffer.byteLength(text);
      for (const pieces of everySplitOf(Buffer.from(text))) {
        const { frames, rest } = split(pieces, limit);
        expect(frames.join('') + rest).toBe(text);
      }
    },
  );

  test('when it is complete', () => {
    expect(isTooLarge([Buffer.from(frame)], frame.length - 1)).toBe(true);
  });

  test('while it still grows, wherever it is cut', () => {
    for (const pieces of everySplitOf(Buffer.from(frame))) {
      expect(isTooLarge(pieces, frame.length - 1)).toBe(true);
    }
    expect(isTooLarge([Buffer.from('x'.repeat(11))], 11)).toBe(false);
    expect(isTooLarge([Buffer.from('x'.repeat(12))], 11)).toBe(true);
  });

  test('when it is all blank lines', () => {
    expect(isTooLarge([Buffer.from('\n'.repeat(12))], 11)).toBe(true);
  });

  test('and the limit is of one frame, not of the stream', () => {
    expect(whole(frame.repeat(50), frame.length).frames).toHaveLength(50);
  });

  test('and what was whole before it still comes out, and nothing after it', () => {
    const splitter = new Splitter(frame.length);
    const frames = splitter.push(Buffer.from(`${frame}${'x'.repeat(40)}\n\n${frame}`));
    expect([...frames, ...splitter.push(Buffer.from(frame))].map(String)).toEqual([frame]);
  });
});

test('lines that end in CR alone are found in about the time of others', () => {
  const cpuOf = (line: string) => {
    const chunk = Buffer.alloc(2 ** 20, line);
    const before = process.cpuUsage();
    new Splitter(2 ** 21).push(chunk);
    return process.cpuUsage(before).user;
  };
  const [lf, cr] = [cpuOf('a\n'), cpuOf('a\r')];
  expect(cr).toBeLessThan(50 * lf);
});
