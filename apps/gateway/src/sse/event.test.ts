import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { looksLikeSse, readEvent } from './event.ts';

function read(frame: string | Buffer) {
  const event = readEvent(Buffer.from(frame as string));
  return event === null ? null : { event: event.event, data: event.data };
}

describe('a frame is read as the standard says', () => {
  test.each([
    ['one space after the colon is dropped', 'data:  x \n\n', { event: undefined, data: ' x ' }],
    ['no space is none missed', 'data:[DONE]\n\n', { event: undefined, data: '[DONE]' }],
    ['lines of data are joined', 'data: a\ndata:\ndata: b\n\n', { event: undefined, data: 'a\n\nb' }],
    ['the name may come before the data', 'event: error\ndata: a\n\n', { event: 'error', data: 'a' }],
    ['or after it', 'data: a\nevent: error\n\n', { event: 'error', data: 'a' }],
    ['a comment may stand between', 'id:1\nevent:result\n:HTTP_STATUS/200\ndata:a\n\n', { event: 'result', data: 'a' }],
    ['lines may end in CRLF', 'event: x\r\ndata: a\r\n\r\n', { event: 'x', data: 'a' }],
    ['or in CR', 'event: x\rdata: a\r\r', { event: 'x', data: 'a' }],
    ['blank lines may lead', '\n\r\n\rdata: a\n\n', { event: undefined, data: 'a' }],
  ])('%s', (_name, frame, expected) => {
    expect(read(frame)).toEqual(expected);
  });

  test.each([
    ': OPENROUTER PROCESSING\n\n',
    ': data: {"usage":{}}\n\n',
    'id: 1\n\n',
    'retry: 3000\n\n',
    'event: ping\n\n',
    '\n\n',
  ])('%j carries no event', (frame) => {
    expect(read(frame)).toBeNull();
  });
});

test.each(['\n', '\r\n', '\r'])(
  'each frame is read with itself, not with the next one, where lines end in %j',
  (eol) => {
    for (const data of ['a', 'b', '[DONE]'])
      expect(readEvent(Buffer.from(`data: ${data}${eol}${eol}`))?.data).toBe(data);
  },
);

test('a byte order mark at the beginning is not in the way', () => {
  expect(read('\uFEFFdata: a\n\n')?.data).toBe('a');
});

test('one frame leaves nothing behind for the next', () => {
  readEvent(Buffer.from('event: error\nid: 4\n\n'));
  expect(readEvent(Buffer.from('data: a\n\n'))?.event).toBeUndefined();
});

test('bytes that are not UTF-8 are read as well as they can be', () => {
  expect(read(Buffer.from([...Buffer.from('data: a'), 0xff, 0xc3, 0x0a, 0x0a]))?.data).toBe('a\uFFFD\uFFFD');
});

test('a frame of eight megabytes is read', () => {
  expect(read(`data: ${'x'.repeat(8_388_608)}\n\n`)?.data).toHaveLength(8_388_608);
});

describe('a body', () => {
  test.each(['data: a', ': hi', 'event: x', '\n\ndata: a', '\r\n', 'data', '\uFEFFdata: a', 'dat', 'retry\n', ':', ''])(
    'begins like an event with %j',
    (start) => {
      expect(looksLikeSse(Buffer.from(start))).toBe(true);
    },
  );

  test.each([
    '<!DOCTYPE html>',
    '{"error":1}',
    '[1]',
    '"text"',
    'Bad gateway',
    ' data: a',
    'x: 1',
    'error: {}',
    'dat\n',
    'no',
    '\n\nno',
  ])('begins unlike one with %j', (start) => {
    expect(looksLikeSse(Buffer.from(start))).toBe(false);
  });
});
