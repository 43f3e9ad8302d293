import { describe, expect, test } from '@jest/globals';
import type { Upstream } from '../upstream/upstream.ts';
import { createDirectory, globMatcher, type PriceRule } from './directory.ts';

const upstream = (name: string, apiKey?: string): Upstream => ({ name, apiKey }) as Upstream;

describe('a glob', () => {
  test.each([
    ['gpt-4o', 'gpt-4o'],
    ['gpt-4o', 'GPT-4O'],
    ['GPT-*', 'gpt-5'],
    ['gpt-*', 'gpt-'],
    ['*', ''],
    ['*', 'anything/at all'],
    ['*', 'two\nlines'],
    ['meta-llama/*', 'meta-llama/Llama-3/8b'],
    ['*/*', 'a/b/c'],
    ['*-mini*', 'gpt-4o-mini-2024'],
    ['o?-*', 'o3-pro'],
    ['gpt-3.5', 'gpt-3.5'],
    ['a**b', 'a--b'],
    ['ft:gpt-4o:org::(x)+[y]{2}^$|\\', 'ft:gpt-4o:org::(x)+[y]{2}^$|\\'],
  ])('%j takes %j', (glob, model) => {
    expect(globMatcher(glob)(model)).toBe(true);
  });

  test.each([
    ['gpt-4o', 'gpt-4o-mini'],
    ['gpt-4o', 'my-gpt-4o'],
    ['gpt-4o', 'gpt-4o\n'],
    ['gpt-3.5', 'gpt-305'],
    ['o?', 'o'],
    ['o?', 'o33'],
    ['meta-llama/*', 'meta-llama'],
    ['[ab]', 'a'],
    ['a|b', 'a'],
    ['(a)', 'a'],
    ['a+', 'aa'],
    ['\\d', '1'],
    ['^a$', 'a'],
    ['', 'a'],
  ])('%j does not take %j', (glob, model) => {
    expect(globMatcher(glob)(model)).toBe(false);
  });
});

describe('a model', () => {
  const [first, second] = [upstream('first'), upstream('second')];
  const directory = createDirectory([first, second], {
    models: [
      { match: 'gpt-4o-mini', upstream: 'second' },
      { match: 'gpt-*', upstream: 'first' },
      { match: '*-4o', upstream: 'second' },
    ],
    prices: [],
  });

  test('goes where the first rule that takes it says', () => {
    expect(directory.upstreamFor('gpt-4o-mini')).toBe(second);
    expect(directory.upstreamFor('gpt-4o')).toBe(first);
    expect(directory.upstreamFor('my-4o')).toBe(second);
  });

  test('that no rule takes goes nowhere', () => {
    for (const model of ['claude', '', '__proto__', 'constructor'])
      expect(directory.upstreamFor(model)).toBeUndefined();
  });
});

describe('a price', () => {
  const [first, second] = [upstream('first'), upstream('second')];
  const price = (input: string): PriceRule['prices'] => ({ input, output: '1' });
  const directory = createDirectory([first, second], {
    models: [],
    prices: [
      { match: 'gpt-4o', upstream: 'second', prices: price('2') },
      { match: 'gpt-*', prices: price('3') },
      { match: '*', upstream: 'second', prices: price('4') },
    ],
  });

  test.each([
    ['gpt-4o', second, '2'],
    ['gpt-4o', first, '3'],
    ['gpt-5', second, '3'],
    ['claude', second, '4'],
  ])('of %s at this upstream is the first that holds there', (model, at, input) => {
    expect(directory.priceFor(model, at)).toEqual(price(input));
  });

  test('that nobody set is none', () => {
    expect(directory.priceFor('claude', first)).toBeNull();
  });
});

describe('the upstream that is', () => {
  const of = (...upstreams: Upstream[]) => createDirectory(upstreams, { models: [], prices: [] });

  test('most lenient is one with a key, where there is any', () => {
    expect(of(upstream('a'), upstream('b', 'k')).mostLenient.name).toBe('b');
    expect(of(upstream('a'), upstream('b')).mostLenient.name).toBe('a');
  });
});

const [a, b] = [upstream('a'), upstream('b')];
const directoryOf = (...models: [match: string, upstream: string][]) =>
  createDirectory([a, b], { models: models.map(([match, name]) => ({ match, upstream: name })), prices: [] });

describe('what names no model goes', () => {
  test('to the first upstream, whatever a rule matches', () => {
    expect(directoryOf(['x-*', 'a'], ['*', 'b']).upstreamOfNone).toBe(a);
    expect(directoryOf(['replay', 'b'], ['unnamed', 'b']).upstreamOfNone).toBe(a);
    expect(directoryOf().upstreamOfNone).toBe(a);
  });

  test('unless all models have another', () => {
    expect(directoryOf(['*', 'b']).upstreamOfNone).toBe(b);
  });
});

describe('all models have one upstream', () => {
  const of = (...models: [match: string, upstream: string][]) => directoryOf(...models).upstreamOfAll;

  test('where one rule matches everything, and those before it say the same', () => {
    expect(of(['*', 'a'])).toBe(a);
    expect(of(['x-*', 'a'], ['*', 'a'], ['y-*', 'b'])).toBe(a);
  });

  test('and not where a model decides, or may have none', () => {
    expect(of(['x-*', 'b'], ['*', 'a'])).toBeUndefined();
    expect(of(['x-*', 'a'])).toBeUndefined();
    expect(of()).toBeUndefined();
  });
});
