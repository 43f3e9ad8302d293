import { Buffer } from 'node:buffer';
import { expect, test } from '@jest/globals';
import { httpChunk, lastHttpChunk } from './http-chunk.ts';

test('bytes are framed by their number in hexadecimal', () => {
  expect(String(httpChunk(Buffer.from('data: ä\n\n')))).toBe('a\r\ndata: ä\n\n\r\n');
  expect(httpChunk(Buffer.alloc(70_000)).subarray(0, 7).toString()).toBe('11170\r\n');
});

test('an empty chunk, which would be the end, is never made', () => {
  expect(httpChunk(Buffer.alloc(0))).toHaveLength(0);
});

test('the end follows the last bytes, or stands alone', () => {
  expect(String(lastHttpChunk(Buffer.from('x')))).toBe('1\r\nx\r\n0\r\n\r\n');
  expect(String(lastHttpChunk(Buffer.alloc(0)))).toBe('0\r\n\r\n');
});
