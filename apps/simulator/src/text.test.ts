import { expect, test } from '@jest/globals';
import { textOf } from './text.ts';

const joined = (size: number | undefined, tokens: number) =>
  Array.from({ length: tokens }, (_, at) => textOf(size)(at)).join('');

test('by the word it is a sentence, with characters of more than one byte', () => {
  expect(joined(undefined, 14)).toBe('A weir (堰) lets the stream through, and measures it. 🌊\n');
  expect(textOf(undefined)(14)).toBe('A');
});

test.each([1, 5, 48, 49, 1000])('by size %i every token has exactly that many bytes, and the text runs on', (size) => {
  const sentence = 'A weir lets the stream through and measures it. ';
  expect(Buffer.byteLength(textOf(size)(7))).toBe(size);
  expect(joined(size, 60)).toBe(sentence.repeat(size * 60).slice(0, size * 60));
});
