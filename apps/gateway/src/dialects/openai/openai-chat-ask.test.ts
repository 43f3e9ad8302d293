import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { WeirError } from '../../errors.ts';
import { RequestBody } from '../request-body.ts';
import { askOpenAiChat } from './openai-chat-ask.ts';

const ask = (body: string | Buffer) =>
  askOpenAiChat({ url: '/v1/chat/completions', body: RequestBody.of(Buffer.from(body as string)) });
const sent = (body: string | Buffer): string => ask(body).body.toString();

function refusalOf(body: string | Buffer): unknown {
  try {
    return ask(body);
  } catch (error) {
    return error instanceof WeirError ? [error.code, error.status, error.message] : error;
  }
}

const ASKED = '"stream_options":{"include_usage":true}';

describe('a body that is refused', () => {
  test.each([
    '',
    ' ',
    '[]',
    '[{"model":"m"}]',
    '"text"',
    '7',
    'null',
    'true',
    '{',
    '{"model":"m"',
    '{"model":"m"}}',
    'model=m',
  ])('is %j: one JSON object is wanted', (body) => {
    expect(refusalOf(body)).toEqual(['invalid_body', 400, 'The request body must be one JSON object.']);
  });

  test.each([
    ['a control character', Buffer.from('{"model":"gpt-4\\u0000o"}')],
    ['half a surrogate pair', Buffer.from('{"model":"gpt-4\\ud800o"}')],
    ['bytes that are not UTF-8', Buffer.from('{"model":"gpt-4\xffo"}', 'latin1')],
  ])('has a model with %s: its row could not name it', (_, body) => {
    expect(refusalOf(body)).toEqual(['invalid_request', 400, '`model` has a character that no name has.']);
  });

  test.each(['{}', '{"model":""}', '{"model":null}', '{"model":7}', '{"model":["m"]}', '{"messages":[{"model":"m"}]}'])(
    'is %s: a model is wanted',
    (body) => {
      expect(refusalOf(body)).toEqual(['invalid_request', 400, '`model` must be a non-empty string.']);
    },
  );
});

describe('a body that asks for no stream, or for usage already, goes on as it came', () => {
  test.each([
    ['{"model":"m"}', false, false],
    ['{"model":"m","stream":false}', false, false],
    ['{"model":"m","stream":null}', false, false],
    ['{"model":"m","stream":false,"stream_options":{"include_usage":false}}', false, false],
    ['{"model":"m","stream":true,"stream_options":{"include_usage":true}}', true, true],
    ['{ "stream_options" : {"include_usage" : true, "x" : 1},\r\n "stream" : true, "model" : "m" }\r\n', true, true],
  ])('%j', (text, streamed, usageRequested) => {
    const body = Buffer.from(text);
    const asked = askOpenAiChat({ url: '/v1/chat/completions', body: RequestBody.of(body) });
    expect(asked).toEqual({ model: 'm', streamed, usageRequested, usageOverruled: false, body });
    expect(asked.body).toBe(body);
  });
});

describe('a stream is asked for usage', () => {
  test.each([
    ['with no stream options', '{"model":"m","stream":true}', `{${ASKED},"model":"m","stream":true}`],
    ['with null', '{"stream":true,"stream_options":null,"model":"m"}', `{"stream":true,${ASKED},"model":"m"}`],
    ['with none inside', '{"model":"m","stream":true,"stream_options":{}}', null],
    ['with others inside', '{"model":"m","stream":true,"stream_options":{"include_obfuscation":false}}', null],
    [
      'with what is no object',
      '{"model":"m","stream":true,"stream_options":[1]}',
      `{"model":"m","stream":true,${ASKED}}`,
    ],
    ['with a null inside', '{"model":"m","stream":true,"stream_options":{"include_usage":null}}', null],
    ['with a name in escapes', '{"model":"m","stream":true,"stream\\u005foptions":{"include_usage":0}}', null],
  ])('%s', (_name, body, expected) => {
    const given = JSON.parse(body);
    const asked = ask(body);
    expect(asked).toMatchObject({ streamed: true, usageRequested: false, usageOverruled: false });
    if (expected !== null) expect(String(asked.body)).toBe(expected);
    expect(JSON.parse(String(asked.body))).toEqual({
      ...given,
      stream_options: { ...withoutLists(given.stream_options), include_usage: true },
    });
  });

  test('against its caller, who said no', () => {
    const asked = ask('{"model":"m","stream":true,"stream_options":{"include_usage":false,"x":1}}');
    expect(asked).toMatchObject({ usageRequested: false, usageOverruled: true });
    expect(String(asked.body)).toBe('{"model":"m","stream":true,"stream_options":{"include_usage":true,"x":1}}');
  });

  test('however much white space its body has', () => {
    expect(sent('\n\t{\r\n  "model" : "m",\r\n  "stream" : true\r\n}\n')).toBe(
      `\n\t{${ASKED},\r\n  "model" : "m",\r\n  "stream" : true\r\n}\n`,
    );
    const pretty = '{\n  "model": "m",\n  "stream": true,\n  "stream_options": {\n    "include_usage": false\n  }\n}\n';
    expect(sent(pretty)).toBe(pretty.replace('false', 'true'));
  });

  test('and a member of that name deeper down is none of ours', () => {
    const tools = '"tools":[{"stream_options":null,"text":"\\"stream_options\\":{"}]';
    expect(sent(`{"model":"m",${tools},"stream":true}`)).toBe(`{${ASKED},"model":"m",${tools},"stream":true}`);
    expect(sent(`{${tools},"model":"m","stream_options":null,"stream":true}`)).toBe(
      `{${tools},"model":"m",${ASKED},"stream":true}`,
    );
  });
});

describe('where usage is asked for, every other byte stays', () => {
  const SEED = '"seed":7228414683750928000,"temperature":1.0,"top_p":1E+0';

  test.each([null, '{}', 'null', '{"include_usage":false}', '{"include_obfuscation":false}'])(
    'of a 64-bit seed, beside stream options of %s',
    (options) => {
      const given = options === null ? '' : `,"stream_options":${options}`;
      const body = sent(`{"model":"m",${SEED},"stream":true${given},"user":"u"}`);
      expect(body).toContain(`"model":"m",${SEED},"stream":true`);
      expect(body).toMatch(/,"user":"u"}$/);
      expect(JSON.parse(body).stream_options.include_usage).toBe(true);
    },
  );

  test.each(['', ',"stream_options":null', ',"stream_options":{"include_usage":false}'])(
    'of text in any script, with %j beside it',
    (options) => {
      const before = '{"messages":[{"content":"Äpfel 苹果 🍏 \\ud83c\\udf4f"}],"model":"m"';
      const after = ',"stream":true,"user":"日本語é"}';
      const body = sent(`${before}${options}${after}`);
      expect(body.endsWith(after)).toBe(true);
      expect(body).toContain(before.slice(1));
      expect(JSON.parse(body)).toMatchObject({ user: '日本語é', stream_options: { include_usage: true } });
    },
  );

  test('of what is not even UTF-8', () => {
    const odd = Buffer.from([0xff, 0xc3, 0x85, 0xa0]);
    const body = Buffer.concat([
      Buffer.from('{"user":"'),
      odd,
      Buffer.from('","model":"m","stream":true,"stream_options":null}'),
    ]);
    const expected = Buffer.concat([
      Buffer.from('{"user":"'),
      odd,
      Buffer.from(`","model":"m","stream":true,${ASKED}}`),
    ]);
    expect(ask(body).body).toEqual(expected);
  });
});

test.each(['"true"', '1', '{}'])('a stream that is %s is refused: a provider might take it for true', (stream) => {
  expect(refusalOf(`{"model":"m","stream":${stream}}`)).toEqual([
    'invalid_request',
    400,
    expect.stringContaining('stream'),
  ]);
});

describe('a member that is named twice', () => {
  test.each([
    '{"model":"a","model":"b"}',
    '{"model":"m","stream":false,"stream":true}',
    '{"model":"m","stream":true,"stream_options":{"include_usage":true},"stream_options":{"include_usage":false}}',
    '{"model":"m","stream":true,"stream_options":{"include_usage":true,"include_usage":false}}',
    '{"model":"m","stream":true,"stream_options":{"include_usage":false},"stream_options":null}',
    '{"model":"m","stream":true,"stream_options":null,"stream\\u005foptions":null}',
  ])('is refused, since the provider may take the other one: %s', (body) => {
    expect(refusalOf(body)).toEqual(['invalid_request', 400, expect.stringMatching(/^`\w+` must be given once\.$/)]);
  });
});

describe('a member whose name another parser would take for one that is read here', () => {
  test.each([
    ['{"model":"m","Stream":true}', '`Stream` must be written `stream`.'],
    ['{"model":"m","\u017ftream":true}', '`\u017ftream` must be written `stream`.'],
    ['{"model":"m","\\u0053tream":true}', '`Stream` must be written `stream`.'],
    ['{"model":"m","max_to\u212aens":1}', '`max_to\u212aens` must be written `max_tokens`.'],
    ['{"model":"m","stream":true,"Stream_Options":{"include_usage":false}}', /Stream_Options/],
    ['{"model":"m","stream":true,"stream_options":{"Include_Usage":false}}', /Include_Usage/],
    ['{"model":"m","Model":"n"}', /Model/],
  ])('is refused by its name: %s', (body, message) => {
    const told = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(refusalOf(body)).toEqual(['invalid_request', 400, told]);
  });

  test("is nobody's business deeper down", () => {
    expect(ask('{"model":"m","tools":[{"Model":"a","model":"b","model":"c"}]}').model).toBe('m');
  });
});

test('a body that is nested deeper than any provider reads is refused', () => {
  const nested = (depth: number) => `{"model":"m","metadata":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  expect(ask(nested(999)).model).toBe('m');
  expect(refusalOf(nested(1000))).toEqual(['invalid_request', 400, expect.stringContaining('1000 levels')]);
});

const withoutLists = (value: unknown): object => (Array.isArray(value) ? {} : ((value ?? {}) as object));
