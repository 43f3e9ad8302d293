import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { WeirError } from '../../errors.ts';
import { wishesOf } from './request-options.ts';

const NONE = { chatId: null, messageId: null, user: null, tags: null, onDisconnect: null, trailing: null };

function refusalOf(headers: IncomingHttpHeaders): string {
  try {
    wishesOf(headers);
  } catch (error) {
    if (error instanceof WeirError) return `${error.status} ${error.code}: ${error.message}`;
  }
  return 'none';
}

test('who asks for nothing gets nothing', () => {
  expect(wishesOf({})).toEqual(NONE);
  expect(wishesOf({ 'x-weir-user': '', 'x-weir-tags': '', 'x-weir-trailing': '', 'x-weir-unknown': 'x' })).toEqual(
    NONE,
  );
});

test('every wish is read', () => {
  const headers = {
    'x-weir-chat-id': 'chat-1',
    'x-weir-message-id': 'message-1',
    'x-weir-user': 'user-1',
    'x-weir-tags': 'team=search,env=prod',
    'x-weir-on-disconnect': 'abort',
    'x-weir-trailing': 'on',
  };
  expect(wishesOf(headers)).toEqual({
    chatId: 'chat-1',
    messageId: 'message-1',
    user: 'user-1',
    tags: { team: 'search', env: 'prod' },
    onDisconnect: 'abort',
    trailing: true,
  });
});

describe('a choice', () => {
  test.each([
    [{ 'x-weir-trailing': 'on' }, { trailing: true }],
    [{ 'x-weir-trailing': ' OFF ' }, { trailing: false }],
    [{ 'x-weir-on-disconnect': 'Drain' }, { onDisconnect: 'drain' }],
  ])('%j is read in any case', (headers, wish) => {
    expect(wishesOf(headers)).toMatchObject(wish);
  });

  test('that is none is refused by its name', () => {
    expect(refusalOf({ 'x-weir-trailing': 'yes' })).toBe(
      '400 invalid_request: `x-weir-trailing` must be `on` or `off`.',
    );
    expect(refusalOf({ 'x-weir-on-disconnect': 'stop' })).toBe(
      '400 invalid_request: `x-weir-on-disconnect` must be `drain` or `abort`.',
    );
    expect(refusalOf({ 'x-weir-trailing': 'on, off' })).toContain('x-weir-trailing');
  });
});

describe('tags', () => {
  test.each<[string, Record<string, string>]>([
    ['a=1', { a: '1' }],
    [' a = 1 , b=2 ', { a: '1', b: '2' }],
    ['a=1,,b=2,', { a: '1', b: '2' }],
    ['a=', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=1,a=2', { a: '2' }],
  ])('%j are read', (text, tags) => {
    expect(wishesOf({ 'x-weir-tags': text }).tags).toEqual(tags);
  });

  test('may be named as what every object has', () => {
    const { tags } = wishesOf({ 'x-weir-tags': '__proto__=1,constructor=2' });
    expect(Object.entries(tags ?? {})).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  test.each(['a', '=1', 'a=1,b', ' =x', 'a;b'])('%j are refused', (text) => {
    expect(refusalOf({ 'x-weir-tags': text })).toBe(
      '400 invalid_request: `x-weir-tags` must look like `key=value,key=value`.',
    );
  });
});

describe('a header that is too long is refused by its name, and not cut', () => {
  test.each(['x-weir-chat-id', 'x-weir-message-id', 'x-weir-user'])('%s', (name) => {
    expect(refusalOf({ [name]: 'x'.repeat(512) })).toBe('none');
    expect(refusalOf({ [name]: 'x'.repeat(513) })).toBe(
      `400 invalid_request: \`${name}\` must not be longer than 512 characters.`,
    );
  });

  test('x-weir-tags, which holds many', () => {
    expect(wishesOf({ 'x-weir-tags': `a=${'x'.repeat(8190)}` }).tags?.['a']).toHaveLength(8190);
    expect(refusalOf({ 'x-weir-tags': `a=${'x'.repeat(8191)}` })).toBe(
      '400 invalid_request: `x-weir-tags` must not be longer than 8192 characters.',
    );
  });
});

test('what a header says is in no refusal', () => {
  for (const name of ['x-weir-tags', 'x-weir-trailing', 'x-weir-on-disconnect']) {
    expect(refusalOf({ [name]: 'secret' })).not.toContain('secret');
  }
});
