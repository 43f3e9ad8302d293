import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { geminiSseFraming } from './gemini-sse.ts';

const ERROR = '{\n  "error": {\n    "code": 429,\n    "message": "m",\n    "status": "RESOURCE_EXHAUSTED"\n  }\n}\n';

const dataOf = (...frames: string[]) => {
  const readEvent = geminiSseFraming.createEventReader();
  return frames.map((frame) => readEvent(Buffer.from(frame))?.data ?? null);
};

describe('an error that is no event', () => {
  test.each([ERROR, `[${ERROR}]`, `\r\n [ ${ERROR}]\n\n`, '{"error":"m"}'])('%j is read as one', (error) => {
    expect(geminiSseFraming.begins(Buffer.from(error))).toBe(true);
    expect(dataOf('data: {}\r\n\r\n', error)).toEqual(['{}', error]);
  });

  test.each(['{"detail":"m"}', '<html>', '{"errors":[]}', '[]'])('%j is none', (text) => {
    expect(geminiSseFraming.begins(Buffer.from(text))).toBe(false);
    expect(dataOf(`${text}\n\n`)).toEqual([null]);
  });

  test('leaves the events about it alone', () => {
    expect(dataOf('data: {"a":1}\r\n\r\n', ERROR, 'data: {"error":{}}\n\n', ': {"error":{}}\n\n')).toEqual([
      '{"a":1}',
      ERROR,
      '{"error":{}}',
      null,
    ]);
  });
});

test('there are no comments', () => {
  expect(geminiSseFraming.comment('weir {}')).toBeNull();
});
