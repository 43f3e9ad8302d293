import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonPicker, type Wanted } from './picker.ts';
import { valueFound } from './value-found.ts';

function pick(text: string | Buffer, wanted: Wanted, pieceBytes = Number.POSITIVE_INFINITY) {
  const bytes = Buffer.from(text as string);
  const picker = new JsonPicker(wanted);
  for (let at = 0; at < bytes.length; at += pieceBytes) picker.push(bytes.subarray(at, at + pieceBytes));
  const found = picker.end();
  return { value: found === null ? undefined : valueFound(found, bytes), clash: picker.clash, depth: picker.depth };
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

describe('what is JSON, and what is none', () => {
  test.each([
    ...[
      '{}',
      '[]',
      ' {"a" : [ 1 , -0.5e+3 , true , null ] } \r\n',
      '"\\u00e9\\n"',
      '0',
      '-0',
      '1E5',
      'false',
      '""',
      '[[],{}]',
    ],
    ...[
      '',
      ' ',
      '{',
      '[1,]',
      '{"a":1,}',
      '{"a"}',
      '{a:1}',
      "{'a':1}",
      '01',
      '1.',
      '.5',
      '-',
      '+1',
      '1e',
      'tru',
      'nul',
      'NaN',
    ],
    ...[
      '"a',
      '"\n"',
      '"\\x"',
      '"\\u00g0"',
      '[1 2]',
      '{} {}',
      '[}',
      '{]',
      ']',
      '\ufeff{}',
      '{"a":1}}',
      ',',
      '[,1]',
      '1 2',
      'truefalse',
    ],
  ])('%j is taken as JSON.parse takes it', (text) => {
    expect(pick(text, true).value).toEqual(parsed(text));
    expect(pick(text, true, 1).value).toEqual(parsed(text));
  });

  test('any value reads the same, wherever its bytes are cut', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 1, max: 20 }), (text, pieceBytes) => {
        expect(pick(text, true, pieceBytes).value).toEqual(JSON.parse(text));
      }),
    );
  });

  test('a byte that is another makes of it what it makes of it for JSON.parse', () => {
    const damage = fc.record({ text: fc.json(), at: fc.nat(), by: fc.integer({ min: 0x20, max: 0x7e }) });
    fc.assert(
      fc.property(damage, ({ text, at, by }) => {
        const bytes = Buffer.from(text);
        bytes[at % bytes.length] = by;
        const damaged = bytes.toString('utf8');
        if (Buffer.from(damaged).equals(bytes)) expect(pick(bytes, true).value).toEqual(parsed(damaged));
      }),
      { numRuns: 500 },
    );
  });
});

describe('of a value', () => {
  const WANTED = { model: true, options: { usage: true }, choices: { reason: true, delta: { '*': true } } } as const;

  test.each([
    ['{"model":"m","more":{"model":"x"},"options":{"usage":true,"x":1}}', { model: 'm', options: { usage: true } }],
    [
      '{"choices":[{"reason":"a","text":"b"},{"delta":{"x":1,"y":[2]}}]}',
      { choices: [{ reason: 'a' }, { delta: { x: 1, y: [2] } }] },
    ],
    ['{"choices":{"reason":"a"}}', { choices: { reason: 'a' } }],
    ['{"choices":["text",7,{"reason":"a"}]}', { choices: [{ reason: 'a' }] }],
    ['{"options":5,"model":["m"]}', { options: 5, model: ['m'] }],
    ['{"m\\u006fdel":"m"}', { model: 'm' }],
    ['{"model":"a","model":"b"}', { model: 'b' }],
    ['[{"model":"a"},{"model":"b"}]', [{ model: 'a' }, { model: 'b' }]],
    ['7', 7],
  ])('all that is wanted is found, and nothing else: %s', (text, value) => {
    for (const pieceBytes of [1, 3, 1000]) expect(pick(text, WANTED, pieceBytes).value).toEqual(value);
  });

  test.each([
    ['{"model":"a","model":"b"}', { name: 'model', written: 'model' }],
    ['{"Model":"a"}', { name: 'model', written: 'Model' }],
    ['{"options":{"u\\u017fage":1}}', { name: 'usage', written: 'uſage' }],
    ['{"more":{"Model":"a","model":1,"model":2}}', null],
    ['{"model":"a","x":"model"}', null],
  ])('a name that clashes is told: %s', (text, clash) => {
    expect(pick(text, WANTED).clash).toEqual(clash);
  });

  test('a list of a million items is looked through, and what stands behind it found', () => {
    const items = Array(50_000).fill('{"reason":"x"}').join();
    const { value } = pick(`{"choices":[${items}],"model":"m"}`, WANTED) as {
      value: { model: string; choices: unknown[] };
    };
    expect(value.model).toBe('m');
    expect(value.choices.length).toBeLessThanOrEqual(1000);
  });

  test('what is too large to be parsed is there, and is not what it was', () => {
    const { value } = pick(`{"model":"${'m'.repeat(100_000)}","options":{"usage":[${'1,'.repeat(50_000)}1]}}`, WANTED);
    expect(value).toEqual({ model: '…', options: { usage: ['…'] } });
  });

  test('nesting of any depth is told, and costs no stack', () => {
    const depth = 200_000;
    expect(pick(`{"x":${'['.repeat(depth)}${']'.repeat(depth)},"model":"m"}`, WANTED)).toMatchObject({
      value: { model: 'm' },
      depth: depth + 1,
    });
  });
});
