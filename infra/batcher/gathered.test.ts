import { beforeEach, expect, test } from '@jest/globals';
import { gathered } from './gathered.ts';

const asked: (readonly string[])[] = [];

beforeEach(() => {
  asked.length = 0;
});

test('what is asked in one turn is asked at once, and in its order', async () => {
  const ask = gathered<string>(async (items) => void asked.push(items));
  await Promise.all([ask('a'), ask('b'), ask('c')]);
  expect(asked).toEqual([['a', 'b', 'c']]);
});

test('what is asked while an answer is waited for does not wait for it', async () => {
  const first = Promise.withResolvers<void>();
  const ask = gathered<string>((items) => {
    asked.push(items);
    return items.includes('a') ? first.promise : Promise.resolve();
  });
  const waiting = ask('a');
  await new Promise(setImmediate);
  await ask('b');
  expect(asked).toEqual([['a'], ['b']]);
  first.resolve();
  await waiting;
});

test('what one call meets, all who were in it meet, and nobody else', async () => {
  const ask = gathered<string>((items) =>
    items.includes('bad') ? Promise.reject(new Error('no')) : Promise.resolve(),
  );
  const outcomes = await Promise.allSettled([ask('good'), ask('bad')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(ask('good')).resolves.toBeUndefined();
});

test('work that throws at once rejects', async () => {
  const ask = gathered<string>(() => {
    throw new Error('at once');
  });
  await expect(ask('a')).rejects.toThrow('at once');
});
