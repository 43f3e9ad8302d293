import { describe, expect, test } from '@jest/globals';
import { ScriptError, scriptReader } from './script.ts';

const usages = { after: 'the default', never: 'nowhere' };
const read = scriptReader({ name: 'Chat', usages, streamedBy: '"stream": true' });

describe('the name of the model', () => {
  test('a name alone has the default script', () => {
    const { name, script } = read('ft:gpt-4o:org::7', true);
    expect(name).toBe('ft:gpt-4o:org::7');
    expect(script).toEqual(read('sim', true).script);
    expect(script).toMatchObject({ tokens: 12, every: 5, end: 'done', usage: 'after', tools: false });
  });

  test('what stands before the semicolon is the model that the answer names', () => {
    expect(read('gpt-4o-mini;tokens=50,end=reset', true)).toMatchObject({
      name: 'gpt-4o-mini',
      script: { tokens: 50, end: 'reset' },
    });
  });

  test('sim: begins a script in the name of sim', () => {
    expect(read('sim:tokens=3', true)).toMatchObject({ name: 'sim', script: { tokens: 3 } });
    expect(read('sim:', true)).toEqual(read('sim', true));
  });
});

describe('the words', () => {
  test('a word of two parts is written with a hyphen', () => {
    expect(read('sim:huge-frame=9,cache-write=7', true).script).toMatchObject({ hugeFrame: 9, cacheWrite: 7 });
  });

  test('a flag stands alone', () => {
    expect(read('sim:tools,comments', true).script).toMatchObject({ tools: true, comments: true });
    expect(() => read('sim:tools=yes', true)).toThrow('"tools" stands alone');
  });

  test.each([
    ['sim:tokns=5', /^"tokns" is no word .*Known: tokens, every, .*encoding\.$/],
    ['sim:tokens=many', /^"tokens" takes a whole number from 0 to 10000000, .*not "many"/],
    ['sim:tokens', /^"tokens" takes a whole number/],
    ['sim:tokens=-1', /^"tokens" takes/],
    ['sim:end=soon', /^"end" takes one of done no-done /],
    ['sim:usage=twice', /^"usage" takes one of after never/],
    ['sim:status=200', /^"status" takes a whole number from 400 to 599/],
    ['sim:reason=a b', /^"reason" takes a word/],
    ['sim:__proto__=1', /^"__proto__" is no word/],
    ['gpt-4o;a;b', /^"a;b" is no word/],
  ])('%s is refused by its name', (model, message) => {
    expect(() => read(model, true)).toThrow(ScriptError);
    expect(() => read(model, true)).toThrow(message);
  });
});

describe('the traits of an API', () => {
  const traits = { name: 'Poems', usages, lacks: ['tools', 'end=error'], streamedBy: null };
  const readPoem = scriptReader({ ...traits, defaults: { tokens: 0, eol: 'crlf' } });

  test('what makes no sense in it is refused by its name, even where it is a word', () => {
    expect(() => readPoem('sim:tools', true)).toThrow('"tools" makes no sense in Poems.');
    expect(() => readPoem('sim:tokens=1,end=error', true)).toThrow('"end=error" makes no sense in Poems.');
    expect(readPoem('sim:end=error-hang', true).script.end).toBe('error-hang');
  });

  test('its defaults are its own', () => {
    expect(readPoem('sim', true).script).toMatchObject({ tokens: 0, eol: 'crlf' });
    expect(readPoem('sim:eol=lf', true).script).toMatchObject({ tokens: 0, eol: 'lf' });
  });

  test('where there are no streams, nobody is told to ask for one', () => {
    expect(() => readPoem('sim:end=no-done', false)).toThrow('end=no-done is an ending of streams: Poems has none.');
  });
});

describe('endings that make no sense', () => {
  test('a stream’s ending is refused for an answer that is no stream', () => {
    expect(() => read('sim:end=no-done', false)).toThrow('ask with "stream": true');
    expect(read('sim:end=cut', false).script.end).toBe('cut');
  });

  test('an error status goes with garbage, and with no other end', () => {
    expect(() => read('sim:status=500,end=reset', true)).toThrow('"status" is an ending of its own');
    expect(read('sim:status=502,end=garbage', false).script).toMatchObject({ status: 502, end: 'garbage' });
  });
});
