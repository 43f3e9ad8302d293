import { expect, test } from '@jest/globals';
import { framed } from './framing.ts';

const frames = ['data: {"text":"a\\nb"}\n\n', 'event: error\ndata: {}\n\n'];

test('frames follow one another untouched', () => {
  expect(framed(frames, { eol: 'lf', comments: false })).toBe(frames.join(''));
});

test('every line ends as told, and an escaped newline stays', () => {
  expect(framed(frames, { eol: 'crlf', comments: false })).toBe(
    'data: {"text":"a\\nb"}\r\n\r\nevent: error\r\ndata: {}\r\n\r\n',
  );
  expect(framed(frames, { eol: 'cr', comments: false })).toBe('data: {"text":"a\\nb"}\r\revent: error\rdata: {}\r\r');
});

test('a comment frame stands before every frame', () => {
  expect(framed(['data: 1\n\n', 'data: 2\n\n'], { eol: 'lf', comments: true })).toBe(
    ': keep-alive\n\ndata: 1\n\n: keep-alive\n\ndata: 2\n\n',
  );
});

test('nothing framed is nothing, comments or not', () => {
  expect(framed([], { eol: 'crlf', comments: true })).toBe('');
});
