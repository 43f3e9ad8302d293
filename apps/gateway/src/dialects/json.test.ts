import { expect, test } from '@jest/globals';
import { isObject, objectIn, objectsIn, parseJson, textIn } from './json.ts';

const NO_OBJECTS = [null, undefined, [], [{}], 'text', 7, true];

test('an object is neither null nor a list', () => {
  expect(isObject({})).toBe(true);
  for (const value of NO_OBJECTS) expect(isObject(value)).toBe(false);
});

test('what is no object reads as an empty one', () => {
  expect(objectIn({ a: { b: 1 } }, 'a')).toEqual({ b: 1 });
  for (const value of NO_OBJECTS) expect(objectIn({ a: value }, 'a')).toEqual({});
});

test('text that says nothing reads as absent', () => {
  expect(textIn({ a: 'x' }, 'a')).toBe('x');
  for (const value of ['', null, undefined, 7, {}, ['x']]) expect(textIn({ a: value }, 'a')).toBeNull();
});

test('of a list, the objects are read', () => {
  expect(objectsIn({ a: [{ n: 1 }, null, 'x', [2], { n: 3 }] }, 'a')).toEqual([{ n: 1 }, { n: 3 }]);
  for (const value of [null, undefined, {}, 'x', 7]) expect(objectsIn({ a: value }, 'a')).toEqual([]);
});

test('text is not looked for in what every object has', () => {
  expect(textIn({}, 'toString')).toBeNull();
});

test('text that is no JSON reads as undefined, and never throws', () => {
  expect(parseJson('{"a":[1]}')).toEqual({ a: [1] });
  expect(parseJson('null')).toBeNull();
  for (const text of ['', '{', '[DONE]', '{"a":}', 'undefined', '\u0000']) expect(parseJson(text)).toBeUndefined();
});
