// Every place of usage and every framing of the simulator, byte by byte.
import zlib from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawAnswer } from '../support/raw-http.ts';
import { type Chunks, chunksOf, DONE, FINISH, OPENING, say } from './simulator-chunks.ts';
import { type Simulator, startSimulator } from './simulator-client.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

beforeEach(async () => {
  await simulator.forgetRequests();
});

afterAll(() => simulator.stop());

describe('usage', () => {
  const numbers = 'input=100,cached=40,cache-write=10,output=20,reasoning=8';
  const usage = (output: number, reasoning: number) =>
    `"usage":{"prompt_tokens":100,"completion_tokens":${output},"total_tokens":${100 + output},"prompt_tokens_details":{"cached_tokens":40,"cache_write_tokens":10,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":${reasoning},"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}`;
  const full = `,${usage(20, 8)}`;
  const plain = (chunk: Chunks, nothing = '') =>
    chunk.frame(OPENING, nothing) + chunk.frame(say('A'), nothing) + chunk.frame(say(' weir'), nothing);
  const nulls = (chunk: Chunks) => plain(chunk, ',"usage":null') + chunk.frame(FINISH, ',"usage":null');

  const asOpenAi = (chunk: Chunks) => nulls(chunk) + chunk.frame('[]', full);
  const inFinish = (chunk: Chunks) => plain(chunk) + chunk.frame(FINISH, full);
  const inEach = (chunk: Chunks) =>
    chunk.frame(OPENING, `,${usage(0, 0)}`) +
    chunk.frame(say('A'), `,${usage(10, 4)}`) +
    chunk.frame(say(' weir'), full) +
    chunk.frame(FINISH, full);
  const inFirst = (chunk: Chunks) =>
    chunk.frame(OPENING, full) + chunk.frame(say('A')) + chunk.frame(say(' weir')) + chunk.frame(FINISH);
  const asGroq = (chunk: Chunks) =>
    chunk.frame(OPENING, ',"x_groq":{"id":"req_sim"}') +
    chunk.frame(say('A')) +
    chunk.frame(say(' weir')) +
    chunk.frame(FINISH, `,"x_groq":{"id":"req_sim"${full}}`);
  const inChoice = (chunk: Chunks) => plain(chunk) + chunk.frame(FINISH.replace('}]', `${full}}]`));
  const nowhere = (chunk: Chunks) => plain(chunk) + chunk.frame(FINISH);
  const moderation = ',"moderation":{"input":null,"output":null},"usage":null';

  test.each<[place: string, unasked: (chunk: Chunks) => string, asked: (chunk: Chunks) => string]>([
    ['after', nowhere, asOpenAi],
    ['always', (chunk) => nowhere(chunk) + chunk.frame('[]', full), asOpenAi],
    ['after-choices', nowhere, (chunk) => nulls(chunk) + chunk.frame('[{"index":0,"delta":{}}]', full)],
    ['null-after', nowhere, (chunk) => asOpenAi(chunk) + chunk.frame('[]', moderation)],
    ['finish', inFinish, (chunk) => plain(chunk, ',"usage":null') + chunk.frame(FINISH, full)],
    ['each', inEach, inEach],
    ['early', inFirst, inFirst],
    ['groq', asGroq, asGroq],
    ['choice', inChoice, inChoice],
    ['never', nowhere, nowhere],
  ])('%s', async (place, unasked, asked) => {
    const model = `sim:tokens=2,every=0,usage=${place},${numbers}`;
    const without = await simulator.ask(model);
    expect(without.text).toBe(unasked(chunksOf(without)) + DONE);
    const including = await simulator.ask(model, { body: { stream_options: { include_usage: true } } });
    expect(including.text).toBe(asked(chunksOf(including)) + DONE);
  });
});

describe('framing', () => {
  const expected = (answer: RawAnswer) => {
    const chunk = chunksOf(answer);
    return chunk.opening + chunk.token('A') + chunk.token(' weir') + chunk.token(' (堰)') + chunk.finish + DONE;
  };

  test.each([
    ['crlf', '\r\n'],
    ['cr', '\r'],
  ])('eol=%s', async (name, eol) => {
    const answer = await simulator.ask(`sim:tokens=3,eol=${name}`);
    expect(answer.text).toBe(expected(answer).replaceAll('\n', eol));
  });

  test('comments stand before every frame', async () => {
    const answer = await simulator.ask('sim:tokens=3,comments');
    expect(answer.text).toBe(expected(answer).replace(/(?=data: )/g, ': keep-alive\n\n'));
    expect(await simulator.requestThatEnded()).toMatchObject({ sentFrames: 6 });
  });

  test.each([1, 7, 100])('split=%i: pieces of that size, inside characters too', async (size) => {
    const answer = await simulator.ask(`sim:tokens=3,every=0,split=${size}`);
    expect(answer.text).toBe(expected(answer));
    expect(answer.chunks.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
  });

  const decoders = {
    gzip: zlib.gunzipSync,
    deflate: zlib.inflateSync,
    br: zlib.brotliDecompressSync,
    zstd: zlib.zstdDecompressSync,
  };
  test.each(Object.entries(decoders))('encoding=%s, unasked', async (encoding, decode) => {
    const answer = await simulator.ask(`sim:tokens=3,encoding=${encoding}`);
    expect(answer.head).toContain(`content-encoding: ${encoding}\r\n`);
    expect(answer.chunks.length).toBeGreaterThan(3);
    const decoded = { ...answer, text: decode(answer.body).toString() };
    expect(decoded.text).toBe(expected(decoded));
    const whole = await simulator.ask(`sim:tokens=3,encoding=${encoding}`, { body: { stream: false } });
    expect(JSON.parse(decode(whole.body).toString())).toHaveProperty('usage');
  });

  test('every choice that was asked for has its frames', async () => {
    const { text } = await simulator.ask('sim:tokens=1,every=0', { body: { n: 3 } });
    expect([...text.matchAll(/"index":(\d)/g)].map(([, index]) => index).join('')).toBe('012012012');
  });
});
