import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { OTHER, type Reader } from '../../dialects/dialect.ts';
import { openAiChat } from '../../dialects/openai/openai-chat.ts';
import { Meter } from './meter.ts';

const open = (): Meter => new Meter(openAiChat);

function seeBody(meter: Meter, body: Buffer): boolean {
  meter.pushBody(body);
  return meter.seeBody(body);
}
const USAGE = '{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}';

describe('a frame', () => {
  test.each(['\n', '\r\n', '\r'])('is read whether its lines end in %j', (eol) => {
    const meter = open();
    expect(meter.see(Buffer.from(`data: ${USAGE}${eol}${eol}`))).toEqual({ ...OTHER, usage: 'alone' });
    expect(meter.see(Buffer.from(`data: [DONE]${eol}${eol}`))).toEqual({ ...OTHER, end: 'terminal' });
    expect(meter.reading()).toMatchObject({ terminalSeen: true, tokens: { totalTokens: 7 } });
  });

  test.each([
    ': ping\n\n',
    '\n\n',
    'event: ping\n\n',
    'id: 1\n\n',
    'data: {"choices":[{\n\n',
    'error: {}\n\n',
    'data\n\n',
  ])('is ignored where it is %j', (frame) => {
    expect(open().see(Buffer.from(frame))).toEqual(OTHER);
  });

  test('counts as an event, whether it is parsed or passed over, and a comment does not', () => {
    const meter = open();
    const content = 'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
    for (const frame of [content, content, content, ': ping\n\n']) meter.see(Buffer.from(frame));
    expect([meter.events, meter.unreadable]).toEqual([3, 0]);
    meter.see(Buffer.from('data: {"choices":[{\n\n'));
    expect([meter.events, meter.unreadable]).toEqual([4, 1]);
  });

  test('leaves the bytes alone', () => {
    const frame = Buffer.from(`data: ${USAGE}\n\n`);
    const before = Buffer.from(frame);
    open().see(frame);
    open().seeTail(frame);
    expect(frame).toEqual(before);
  });
});

describe('what was left when the body ended', () => {
  test.each([
    [`data: ${USAGE}`, 'alone'],
    [`data: ${USAGE}\n`, 'alone'],
    [`data: ${USAGE}\r`, 'alone'],
    [`\n\ndata: ${USAGE}\r\n`, 'alone'],
    ['data: {"choices":[]}', 'none'],
  ])('%j counts: only its blank line is missing', (rest, usage) => {
    const meter = open();
    expect(meter.seeTail(Buffer.from(rest))).toEqual({ ...OTHER, usage });
    if (usage !== 'none') expect(meter.reading().tokens.totalTokens).toBe(7);
  });

  test('may be the terminal frame', () => {
    expect(open().seeTail(Buffer.from('data: [DONE]'))?.end).toBe('terminal');
  });

  test.each([
    'data: {"choices":[{"delta":{"content":"a',
    `data: ${USAGE.slice(0, -1)}`,
    'data: ',
    'data:',
    'dat',
    'event: err',
    'event: error\n',
    'id: 1\nda',
    'data: [DON',
  ])('%j is but half a frame', (rest) => {
    expect(open().seeTail(Buffer.from(rest))).toBeNull();
  });

  test.each(['\n', '\r\n\r\n', ': ping', ': ping\n', '\n: bye\r\n'])(
    '%j is whole enough: nothing is missing from it',
    (rest) => {
      expect(open().seeTail(Buffer.from(rest))).toEqual(OTHER);
    },
  );
});

describe('a whole answer', () => {
  test('is read', () => {
    const meter = open();
    expect(seeBody(meter, Buffer.from(`\n\n${USAGE}\n`))).toBe(true);
    expect(meter.reading()).toMatchObject({ terminalSeen: true, tokens: { totalTokens: 7 } });
  });

  test.each(['', '{', '<html>', 'data: {}\n\n', '[]', '"text"', 'null', '7'])(
    'is not what it should be where it is %j',
    (body) => {
      expect(seeBody(open(), Buffer.from(body))).toBe(false);
    },
  );
});

describe('the meter never throws', () => {
  const see = (bytes: Buffer): void => {
    const meter = open();
    for (const frame of [bytes, Buffer.concat([bytes, Buffer.from('\n\n')]), Buffer.from('data: [DONE]\n\n')])
      meter.see(frame);
    meter.seeTail(bytes);
    seeBody(meter, bytes);
    meter.reading();
    if (meter.failure !== undefined) throw meter.failure;
  };

  test('whatever bytes it is shown', () => {
    const random = createRandom(20_260_101);
    for (let round = 0; round < 300; round += 1) {
      expect(() => see(Buffer.from(Array.from({ length: random(200) }, () => random(256))))).not.toThrow();
    }
  });

  test('whatever becomes of a good frame', () => {
    const random = createRandom(7);
    const good = `event: error\r\ndata: {"id":"c","choices":[{"index":0,"delta":{"content":"ä"},"usage":{}}],"error":null,${USAGE.slice(1)}\r\n\r\n`;
    for (let round = 0; round < 300; round += 1) {
      const bytes = Buffer.from(good);
      for (let damage = random(4); damage >= 0; damage -= 1) bytes[random(bytes.length)] = random(256);
      expect(() => see(bytes.subarray(random(8), bytes.length - random(8)))).not.toThrow();
    }
  });

  test.each([
    '1e999',
    '-1',
    '"NaN"',
    '[[[[]]]]',
    '{"a":{"b":{}}}',
    '99999999999999999999',
    'null',
    'true',
    '"\\ud800"',
  ])('whatever stands for a number or an object: %s', (value) => {
    const frame = ['id', 'model', 'error', 'choices', 'usage', 'x_groq'].map((name) => `"${name}":${value}`).join();
    const usage = ['prompt_tokens', 'completion_tokens', 'total_tokens', 'prompt_tokens_details', 'reasoning_tokens']
      .map((name) => `"${name}":${value}`)
      .join();
    expect(() => see(Buffer.from(`data: {${frame}}`))).not.toThrow();
    expect(() =>
      see(Buffer.from(`data: {"usage":{${usage}},"choices":[{"index":${value},"usage":{${usage}}}]}`)),
    ).not.toThrow();
  });

  test('whatever its reader does', () => {
    const fails = (): never => {
      throw new Error('unreadable');
    };
    const createReader = () => ({ ...openAiChat.createReader(), see: fails, seeBody: fails }) as Reader;
    const meter = new Meter({ ...openAiChat, createReader });
    expect(meter.see(Buffer.from('data: {}\n\n'))).toEqual(OTHER);
    expect(meter.seeTail(Buffer.from('data: {}'))).toEqual(OTHER); // it may be whole: it goes out
    expect(seeBody(meter, Buffer.from('{}'))).toBe(true); // so does a body
    expect(seeBody(meter, Buffer.from('{'))).toBe(false);
  });

  test('but what its reader threw first is kept, and what was malformed is not taken for that', () => {
    const [first, second] = [new TypeError('first'), new TypeError('second')];
    const errors = [first, second];
    const see = (event: { data: string }) => {
      if (event.data === '{') return null;
      throw errors.shift();
    };
    const meter = new Meter({
      ...openAiChat,
      createReader: () => ({ ...openAiChat.createReader(), see }) as unknown as Reader,
    });
    meter.see(Buffer.from('data: {\n\n'));
    expect([meter.failure, meter.unreadable]).toEqual([undefined, 1]);
    for (const _ of [1, 2]) meter.see(Buffer.from('data: {}\n\n'));
    expect([meter.failure, meter.unreadable, meter.events]).toEqual([first, 3, 3]);
  });

  test('and a frame too long for a string is malformed', () => {
    const frame = { toString: () => Buffer.alloc(600_000_000).toString('latin1') };
    const meter = open();
    expect(meter.see(frame as unknown as Buffer)).toEqual(OTHER);
    expect([meter.failure, meter.unreadable]).toEqual([undefined, 1]);
  });
});

/** Whole numbers below a bound, the same ones every time (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
