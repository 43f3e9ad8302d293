import { describe, expect, test } from '@jest/globals';
import { AnswerReader } from './answer-reader.ts';
import { answerOf, bodyBytesOf, DONE, FRAME_CHUNK, requestOf, type Word, wordIn } from './wire.ts';

const STREAM: Word = { kind: 'once', frames: 5 };
const JSON_ANSWER: Word = { kind: 'json', frames: 1 };

function readInPieces(bytes: Buffer, size: number): AnswerReader {
  const reader = new AnswerReader();
  for (let at = 0; at < bytes.length; at += size) {
    expect(reader.done).toBe(false);
    reader.push(bytes.subarray(at, at + size));
  }
  return reader;
}

describe.each([STREAM, JSON_ANSWER])('an answer ($kind)', (word) => {
  const answer = answerOf(word);

  test('reads the same however it is cut', () => {
    for (let size = 1; size <= answer.length; size += 1) {
      const { done, status, bytes } = readInPieces(answer, size);
      expect({ size, done, status, bytes }).toEqual({ size, done: true, status: 200, bytes: bodyBytesOf(word) });
    }
  });

  test('is not whole while its last byte is missing', () => {
    expect(readInPieces(answer.subarray(0, -1), 100).done).toBe(false);
  });
});

const chunked = (...chunks: string[]) => {
  const wire = [...chunks, ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  return Buffer.from(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${wire.join('')}`);
};

test('a stream is seen to end with [DONE], even where each byte comes in a chunk of its own', () => {
  const reader = readInPieces(chunked(...'data: {}\n\ndata: [DONE]\n\n'), 7);
  expect(reader.done).toBe(true);
  expect(reader.endsWith(DONE)).toBe(true);
});

test('a stream that ends just before that does not', () => {
  const reader = readInPieces(chunked('data: {}\n\n', 'data: [DONE]\n'), 7);
  expect(reader.done).toBe(true);
  expect(reader.endsWith(DONE)).toBe(false);
});

test('a frame has about two hundred bytes, and is a JSON of its API', () => {
  expect(FRAME_CHUNK.length).toBeGreaterThan(180);
  expect(FRAME_CHUNK.length).toBeLessThan(260);
  const frames = [
    ...answerOf(STREAM)
      .toString()
      .matchAll(/^data: ({.*})$/gm),
  ].map(([, json = '']) => JSON.parse(json));
  expect(frames).toHaveLength(STREAM.frames - 1); // the last is [DONE]
  expect(frames.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 450 } });
});

test('what is asked for is what the provider reads', () => {
  for (const word of [STREAM, JSON_ANSWER]) expect(wordIn(requestOf(word, 'a:1').toString())).toEqual(word);
  expect(() => wordIn('{"model":"gpt-4o"}')).toThrow('unknown model');
});

test('a request says how long it is, and asks for a stream where one is wanted', () => {
  const [head = '', body = ''] = requestOf(STREAM, 'a:1').toString().split('\r\n\r\n');
  expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`);
  expect(JSON.parse(body)).toMatchObject({ stream: true });
});
