import { Buffer } from 'node:buffer';
import { expect, test } from '@jest/globals';
import { type FrameInfo, OTHER } from '../../dialects/dialect.ts';
import { withoutUsage } from './without-usage.ts';

const BESIDE: FrameInfo = { ...OTHER, usage: 'beside' };
const ALONE: FrameInfo = { ...OTHER, usage: 'alone' };

const strip = (frame: string, sight: FrameInfo) => withoutUsage(Buffer.from(frame), sight)?.toString();

test('a frame without usage is the very one that came', () => {
  const frame = Buffer.from('data: {"choices":[]}\n\n');
  expect(withoutUsage(frame, OTHER)).toBe(frame);
});

test('nothing is left of a frame that has usage alone', () => {
  expect(withoutUsage(Buffer.from('data: {"choices":[],"usage":{}}\n\n'), ALONE)).toBeNull();
});

test('usage is cut out of what stands beside it, be it the end', () => {
  expect(strip('data: {"choices":[{}],"usage":{}}\n\n', BESIDE)).toBe('data: {"choices":[{}]}\n\n');
  expect(strip('data: {"error":{},"usage":{}}\n\n', { ...ALONE, end: 'error' })).toBe('data: {"error":{}}\n\n');
});

test('a frame that cannot be edited stays as it is', () => {
  const frame = Buffer.from('data: {"choices":[{}],\ndata: "usage":{}}\n\n');
  expect(withoutUsage(frame, BESIDE)).toBe(frame);
});
