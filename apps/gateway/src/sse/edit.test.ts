import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { asciiJson, withMember, withoutMember } from './edit.ts';

const USAGE = '"usage":{"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":0}}';

function without(frame: string | Buffer): string | undefined {
  return withoutMember(Buffer.from(frame as string), 'usage')?.toString();
}

const adding = (frame: string | Buffer, value: unknown): string | undefined =>
  withMember(Buffer.from(frame as string), 'weir', value)?.toString();

describe('removing a member leaves the others as they were', () => {
  test.each([
    ['the only one', `{${USAGE}}`, '{}'],
    ['the first', `{${USAGE},"id":"x","n":1}`, '{"id":"x","n":1}'],
    ['one in the middle', `{"id":"x",${USAGE},"n":1}`, '{"id":"x","n":1}'],
    ['the last', `{"id":"x","n":1,${USAGE}}`, '{"id":"x","n":1}'],
    ['one that is null', '{"id":"x","usage":null}', '{"id":"x"}'],
    ['none, where there is none', '{"id":"x"}', '{"id":"x"}'],
  ])('%s', (_name, before, after) => {
    for (const eol of ['\n', '\r\n', '\r']) {
      expect(without(`data: ${before}${eol}${eol}`)).toBe(`data: ${after}${eol}${eol}`);
    }
  });

  test('their spaces too', () => {
    const frame = 'data:  { "id" : "x" ,\t"usage" : { "a" : 1 } , "b" : [ 1 , 2 ] }   \r\n\r\n';
    expect(without(frame)).toBe('data:  { "id" : "x" , "b" : [ 1 , 2 ] }   \r\n\r\n');
  });

  test('64-bit integers, floats and escapes too', () => {
    const others = '"seed":7228414683750928000,"created":1787150055.0,"e":1E+2,"s":"\\u00e4\\/\\ud83c"';
    expect(without(`data: {${others},${USAGE}}\n\n`)).toBe(`data: {${others}}\n\n`);
  });

  test('bytes that are not UTF-8 too', () => {
    const odd = Buffer.from([0x22, 0xff, 0xc3, 0x85, 0xa0, 0xed, 0xa0, 0x80, 0x22]);
    const frame = Buffer.concat([Buffer.from('data: {"s":'), odd, Buffer.from(`,${USAGE}}\n\n`)]);
    const expected = Buffer.concat([Buffer.from('data: {"s":'), odd, Buffer.from('}\n\n')]);
    expect(withoutMember(frame, 'usage')).toEqual(expected);
  });

  test('the other lines of the frame too', () => {
    const frame = `\r\n: usage\r\nevent: message\r\nid: 1\r\ndata:{"a":1,${USAGE}}\r\nretry: 5\r\n\r\n`;
    expect(without(frame)).toBe('\r\n: usage\r\nevent: message\r\nid: 1\r\ndata:{"a":1}\r\nretry: 5\r\n\r\n');
  });

  test('members of the same name that stand deeper too', () => {
    const deeper = '"x_groq":{"usage":{"a":1}},"choices":[{"usage":{"b":2},"delta":{"content":"\\"usage\\":{}"}}]';
    expect(without(`data: {${deeper},${USAGE}}\n\n`)).toBe(`data: {${deeper}}\n\n`);
    expect(without(`data: {${deeper}}\n\n`)).toBe(`data: {${deeper}}\n\n`);
  });
});

describe('adding a member', () => {
  test.each([
    ['puts it last', '{"id":"x","usage":{"a":{}}}', '{"id":"x","usage":{"a":{}},"weir":{"cost":"0.5"}}'],
    ['needs no comma in an empty object', '{}', '{"weir":{"cost":"0.5"}}'],
    ['nor in one that holds but spaces', '{ }', '{ "weir":{"cost":"0.5"}}'],
    ['keeps the padding behind it', '{"id":"}"}   ', '{"id":"}","weir":{"cost":"0.5"}}   '],
    ['keeps 64-bit integers', '{"n":7228414683750928000}', '{"n":7228414683750928000,"weir":{"cost":"0.5"}}'],
  ])('%s', (_name, before, after) => {
    for (const eol of ['\n', '\r\n', '\r']) {
      expect(adding(`id: 1${eol}data: ${before}${eol}${eol}`, { cost: '0.5' })).toBe(
        `id: 1${eol}data: ${after}${eol}${eol}`,
      );
    }
  });

  test('works on a last frame without its blank line', () => {
    expect(adding('data: {"a":1}', 1)).toBe('data: {"a":1,"weir":1}');
  });

  test('leaves bytes that are not UTF-8 as they were', () => {
    const odd = Buffer.from([0x22, 0xff, 0xc3, 0x22]);
    const frame = Buffer.concat([Buffer.from('data: {"s":'), odd, Buffer.from('}\n\n')]);
    const expected = Buffer.concat([Buffer.from('data: {"s":'), odd, Buffer.from(',"weir":1}\n\n')]);
    expect(withMember(frame, 'weir', 1)).toEqual(expected);
  });

  test('writes what is not ASCII as escapes, so that the frame stays valid UTF-8', () => {
    const added = adding('data: {"s":"ä"}\n\n', { who: 'é€🍏' });
    expect(added).toBe('data: {"s":"ä","weir":{"who":"\\u00e9\\u20ac\\ud83c\\udf4f"}}\n\n');
    expect(JSON.parse(added?.slice(6) ?? '')).toEqual({ s: 'ä', weir: { who: 'é€🍏' } });
  });
});

describe('a frame that is not one line of data is left as it is', () => {
  test.each([
    'data: {\ndata: "usage":{}}\n\n',
    'data: {"usage":{}}\r\ndata: \r\n\r\n',
    ': comment\n\n',
    'event: x\n\n',
    'dataset: {}\n\n',
  ])('%j', (frame) => {
    expect(without(frame)).toBeUndefined();
    expect(adding(frame, 1)).toBeUndefined();
  });
});

test('asciiJson is JSON of the same value, in ASCII alone', () => {
  const value = { a: 'ä\u0080\uFFFF\u2028🍏\u0007"\\', n: [1, null, true] };
  expect(asciiJson(value)).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(asciiJson(value))).toEqual(value);
  expect(asciiJson('plain')).toBe('"plain"');
});
