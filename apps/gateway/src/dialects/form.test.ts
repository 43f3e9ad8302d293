import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { byteByByte, cut } from '../../../../test/fixtures/cut.ts';
import { formIn } from './form.ts';
import { FormScan } from './form-scan.ts';

const TYPE = 'multipart/form-data; boundary=----b0';

function form(parts: readonly (readonly [head: string, value: string])[]): Buffer {
  const bodies = parts.map(([head, value]) => `------b0\r\n${head}\r\n\r\n${value}\r\n`);
  return Buffer.from(`${bodies.join('')}------b0--\r\n`);
}

const field = (name: string, value: string) => [`Content-Disposition: form-data; name="${name}"`, value] as const;
const FILE = [
  'Content-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav',
  'RIFF\r\nmodel',
] as const;

describe('the model of a form', () => {
  test.each([
    ['first', form([field('model', 'whisper-1'), FILE])],
    ['behind the file', form([FILE, field('model', 'whisper-1')])],
    ['without quotes', form([['content-disposition:form-data;name=model', 'whisper-1']])],
    ['behind other heads', form([['X-A: b\r\nContent-Disposition: form-data; name="model"', 'whisper-1']])],
  ])('is found %s', (_where, body) => {
    expect(formIn(body, TYPE)).toEqual({ model: 'whisper-1' });
    expect(formIn(body, 'multipart/form-data; charset=utf-8; boundary="----b0"')).toEqual({ model: 'whisper-1' });
  });

  test.each([
    ['of a form without one', form([FILE]), TYPE],
    ['of another boundary', form([field('model', 'm')]), 'multipart/form-data; boundary=other'],
  ])('is none %s', (_what, body, type) => {
    expect(formIn(body, type)).toEqual({});
  });

  test.each([
    ['a form without a boundary', form([field('model', 'm')]), 'multipart/form-data'],
    ['JSON', Buffer.from('{"model":"m"}'), 'application/json'],
    ['nothing', Buffer.alloc(0), undefined],
  ])('%s is no form', (_what, body, type) => {
    expect(formIn(body, type)).toBeNull();
  });

  test('may have a word about a stream beside it', () => {
    const body = form([field('stream', 'true'), FILE, field('model', 'm')]);
    expect(formIn(body, TYPE)).toEqual({ model: 'm', stream: 'true' });
  });

  test('is not looked for behind a boundary that is longer than one may be', () => {
    const boundary = 'b'.repeat(71);
    expect(() => formIn(form([]), `multipart/form-data; boundary=${boundary}`)).toThrow('70 characters');
    expect(formIn(form([]), `multipart/form-data; boundary=${boundary.slice(1)}`)).toEqual({});
  });

  test.each([
    [[field('model', 'a'), field('model', 'b')], '`model` must be given once.'],
    [[field('model', 'a'), FILE, field('model', 'a')], '`model` must be given once.'],
    [[field('Model', 'a')], '`Model` must be written `model`.'],
    [[field('model', 'a'), field('\u017ftream', 'true')], '`\u017ftream` must be written `stream`.'],
  ])('is refused where another may be read: %j', (parts, message) => {
    expect(() => formIn(form(parts), TYPE)).toThrow(message);
  });

  test('is not looked for in thousands of parts', () => {
    const parts = Array(1100).fill(field('x', 'y'));
    expect(() => formIn(form(parts), TYPE)).toThrow('more than 1000 parts');
  });

  const WRITTEN = form([field('stream', 'true'), FILE, field('prompt', ''), field('model', 'whisper-1')]).toString(
    'latin1',
  );

  test('is the same wherever the form is cut', () => {
    const bytes = Buffer.from(WRITTEN, 'latin1');
    for (let at = 0; at <= bytes.length; at += 1) {
      const scan = new FormScan('----b0');
      scan.push(bytes.subarray(0, at));
      scan.push(bytes.subarray(at));
      expect([at, scan.problem, scan.form]).toEqual([at, null, { model: 'whisper-1', stream: 'true' }]);
    }
    const scan = new FormScan('----b0');
    for (const byte of bytes) scan.push(Buffer.from([byte]));
    expect([scan.problem, scan.form]).toEqual([null, { model: 'whisper-1', stream: 'true' }]);
  });

  test.each([
    ['lines that end in LF alone', WRITTEN.replaceAll('\r\n', '\n'), 'does not end'],
    ['a line that ends in LF alone', WRITTEN.replace('model\r\n---', 'model\n---'), 'CRLF'],
    [
      'one more part behind its end',
      `${WRITTEN}------b0\r\nContent-Disposition: form-data; name="model"\r\n\r\nx\r\n`,
      'after its end',
    ],
    ['a head without end', `------b0\r\nX: ${'x'.repeat(9000)}`, '8192 bytes'],
    ['a delimiter with a tail', WRITTEN.replace('------b0\r\n', '------b0x\r\n'), 'end its line'],
    ['two names', WRITTEN.replace('name="model"', 'name="x"; name="model"'), 'more than one name'],
    ['an encoded name', WRITTEN.replace('name="model"', "name*=utf-8''model"), 'more than one name'],
    [
      'two dispositions',
      WRITTEN.replace('name="model"', 'name="a"\r\ncontent-disposition: x; name="model"'),
      'more than one name',
    ],
    ['a folded head', WRITTEN.replace('; name="model"', ';\r\n name="model"'), 'folded'],
    ['a head that begins folded', WRITTEN.replace('------b0\r\nC', '------b0\r\n\tC'), 'folded'],
    ['a line end in a head that only some see', WRITTEN.replace('; name="model"', ';\nname="model"'), 'CRLF'],
    ['a model that is no name', WRITTEN.replace('whisper-1', 'whi\u0001sper'), 'no name has'],
    ['a model without end', WRITTEN.replace('whisper-1', 'x'.repeat(5000)), 'too long'],
  ])('is refused for %s', (_what, text, message) => {
    expect(() => formIn(Buffer.from(text, 'latin1'), TYPE)).toThrow(message);
  });

  test('stands in a part whose file has a name like it', () => {
    const file = ['Content-Disposition: form-data; name="file"; filename="; name=model"', 'RIFF'] as const;
    expect(formIn(form([file, field('model', 'm')]), TYPE)).toEqual({ model: 'm' });
  });
});

describe('whatever comes as a form', () => {
  const line = fc.constantFrom(
    '--b',
    '--b--',
    '--bx',
    'Content-Disposition: form-data; name="model"',
    'model',
    'm',
    '',
    'name=x',
  );
  const text = fc.array(fc.tuple(line, fc.constantFrom('\r\n', '\n', '\r', '\r\n\r\n', '')), { maxLength: 14 });

  test('reads the same wherever it is cut, or is refused for the same', () => {
    const property = fc.property(text, fc.array(fc.nat(), { maxLength: 8 }), (lines, places) => {
      const bytes = Buffer.from(`--b\r\n${lines.flat().join('')}`);
      const read = (pieces: readonly Buffer[]) => {
        const scan = new FormScan('b');
        for (const piece of pieces) scan.push(piece);
        scan.end();
        return scan.problem?.message ?? { ...scan.form };
      };
      expect(read(cut(bytes, places))).toEqual(read([bytes]));
      expect(read(byteByByte(bytes))).toEqual(read([bytes]));
    });
    fc.assert(property, { seed: 20_261_130, numRuns: 5000 });
  });
});
